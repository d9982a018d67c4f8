"""Finding a route by the fixed words its path begins with, instead of trying all in turn.

Trying 350 routes costs 300 us a request; this tries the few that begin as the path does, in the
order in which they were added, so that a fixed path still goes before one with a parameter.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from starlette.datastructures import URLPath
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send

_CHOSEN = "menon.route"


class _Words:
    """What begins with the same words."""

    __slots__ = ("below", "routes")

    def __init__(self) -> None:
        self.below: dict[str, _Words] = {}
        self.routes: list[tuple[int, BaseRoute]] = []


class RouteIndex(BaseRoute):
    """Stands before the routes that it knows; what it does not find, they are asked in turn."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._root = _Words()
        for place, route in enumerate(routes):
            node = self._root
            for word in _fixed(route):
                node = node.below.setdefault(word, _Words())
            node.routes.append((place, route))

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        partial: tuple[Match, Scope] = (Match.NONE, {})
        for _, route in sorted(self._candidates(scope), key=_place):
            match, child = route.matches(scope)
            if match is Match.FULL:
                return match, {**child, _CHOSEN: route}
            if match is Match.PARTIAL and partial[0] is Match.NONE:
                partial = match, {**child, _CHOSEN: route}
        return partial

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        """Leave it to the routes themselves."""
        raise NoMatchFound(name, path_params)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        route: BaseRoute = scope[_CHOSEN]
        await route.handle(scope, receive, send)

    def _candidates(self, scope: Scope) -> Iterator[tuple[int, BaseRoute]]:
        path: str = scope["path"]
        node: _Words | None = self._root
        for word in path.removeprefix(scope.get("root_path", "")).split("/")[1:]:
            yield from node.routes
            node = node.below.get(word)
            if node is None:
                return
        yield from node.routes


def _place(found: tuple[int, BaseRoute]) -> int:
    return found[0]


def _fixed(route: BaseRoute) -> Iterator[str]:
    """The words of the route's path before its first parameter."""
    path = str(getattr(route, "path", ""))
    for word in path.split("/")[1:]:
        if "{" in word:
            return
        yield word
