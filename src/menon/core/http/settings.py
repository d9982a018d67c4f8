"""Settings of the HTTP server."""

from typing import ClassVar

from menon.core.settings import Section, setting


class HttpSettings(Section):
    """Where the server listens and what it accepts."""

    name: ClassVar[str] = "http"

    host: str = setting("127.0.0.1", "Address to listen on; loopback unless told otherwise.")
    port: int = setting(8000, "Port to listen on.", env="PORT", ge=0, le=65535)
    workers: int = setting(1, "Server processes.", ge=1, le=64)
    public_url: str = setting("", "Address that users see, such as https://menon.example.org.")
    cors_origins: list[str] = setting([], "Origins whose pages may call the API.")
    hosts: list[str] = setting([], "Host names to answer to, `*.` for all below; any when empty.")
    trusted_proxies: list[str] = setting([], "Addresses whose X-Forwarded-* headers count.")
    body_bytes: int = setting(1_048_576, "Largest JSON body in bytes.", ge=1024)
    upload_bytes: int = setting(52_428_800, "Largest upload in bytes.", ge=1024)
    json_depth: int = setting(64, "Deepest nesting of a JSON body.", ge=4, le=500)
    open_docs: bool = setting(True, "Serve /docs, /redoc and /openapi.json to anybody.")
    open_metrics: bool = setting(True, "Serve /metrics to anybody who reaches the port.")
