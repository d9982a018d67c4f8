"""Settings of outgoing requests: what an operator permits besides public addresses."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, ClassVar, Protocol, runtime_checkable

from pydantic import AfterValidator

from menon.core.settings import Section, setting
from menon.engine.outbound.network import MIB, OutboundPolicy
from menon.kit import ssrf


@runtime_checkable
class NamesTargets(Protocol):
    """A section in which the operator wrote down addresses of servers to call."""

    def targets(self) -> Iterable[str]:
        """Those http(s) URLs; they are permitted without being repeated in `allow`."""
        ...


def _endpoint(text: str) -> str:
    return str(ssrf.parse_endpoint(text))


class OutboundSettings(Section):
    """Where this server may send requests, and what an answer may cost."""

    name: ClassVar[str] = "outbound"

    allow: list[Annotated[str, AfterValidator(_endpoint)]] = setting(
        [], "`host:port` of servers that are not public and may be called all the same."
    )
    connect_seconds: float = setting(5.0, "How long connecting may take.", gt=0, le=60)
    read_seconds: float = setting(60.0, "Longest silence of a server that was asked.", gt=0)
    response_bytes: int = setting(256 * MIB, "Largest answer in bytes, unpacked.", ge=1024)
    connections: int = setting(4096, "Connections that may be open at the same time.", ge=8)
    ca_file: Path | None = setting(None, "Certificates to trust instead of the system's.")

    def policy(self, targets: Iterable[str] = ()) -> OutboundPolicy:
        """The policy of the guarded client; `targets` are URLs that other sections name."""
        named = [ssrf.parse_target(url).endpoint for url in targets]
        return OutboundPolicy(
            allow=frozenset([*map(ssrf.parse_endpoint, self.allow), *named]),
            max_bytes=self.response_bytes,
            connect_s=self.connect_seconds,
            read_s=self.read_seconds,
            max_connections=self.connections,
            ca_file=self.ca_file,
        )
