"""FastAPI as this server uses it: what stands around its routes, and what its document says."""

from typing import Any

from fastapi import FastAPI
from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from pydantic.json_schema import models_json_schema
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from menon.core.http.credentials import SCHEMES
from menon.core.http.openai_errors import OpenAIError
from menon.core.http.problem import Problem


class Api(FastAPI):
    """An application whose document declares the credentials and the shapes of errors.

    Our layers stand around its routes, and nothing else: the outermost of them answers for every
    error. FastAPI would put five more calls around that one, for what is not used here
    (`root_path`, `max_body_size`, `debug` and a handler of `Exception` have no effect); they took
    2 KiB of an open stream.
    """

    def build_middleware_stack(self) -> ASGIApp:
        """The layers, and FastAPI's two for errors of routes and for files of forms."""
        app: ASGIApp = AsyncExitStackMiddleware(self.router)
        app = ExceptionMiddleware(app, handlers=self.exception_handlers)
        for layer, args, options in reversed(self.user_middleware):
            app = layer(app, *args, **options)
        return app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or serve a socket."""
        if scope["type"] == "lifespan":
            await super().__call__(scope, receive, send)
            return
        scope["app"] = self
        if self.middleware_stack is None:
            self.middleware_stack = self.build_middleware_stack()
        await self.middleware_stack(scope, receive, send)

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, made once."""
        document = super().openapi()
        components = document.setdefault("components", {})
        components["securitySchemes"] = SCHEMES
        _, errors = models_json_schema(
            [(Problem, "serialization"), (OpenAIError, "serialization")],
            ref_template="#/components/schemas/{model}",
        )
        components["schemas"] = components.get("schemas", {}) | errors["$defs"]
        return document
