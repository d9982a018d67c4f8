"""Settings of the web search: off until an operator names an endpoint."""

import re
from collections.abc import Iterable
from typing import Annotated, ClassVar

from pydantic import AfterValidator, SecretStr

from menon.core.settings import Section, setting
from menon.kit import ssrf

_PATH = re.compile(r"([A-Za-z0-9_$-]+(\.[A-Za-z0-9_$-]+)*)?")


def _template(url: str) -> str:
    if url:
        ssrf.parse_target(url.replace("{query}", "q").replace("{limit}", "1"))
        if "{query}" not in url:
            raise ValueError("write {query} where the words go")
    return url


def _path(text: str) -> str:
    if not _PATH.fullmatch(text):
        raise ValueError("a path is names with dots between them, such as data.items")
    return text


Path = Annotated[str, AfterValidator(_path)]


class WebSearchSettings(Section):
    """Where the web is searched; any endpoint that answers JSON will do, such as SearXNG."""

    name: ClassVar[str] = "web_search"

    url: Annotated[str, AfterValidator(_template)] = setting(
        "",
        "Address with `{query}` in it, such as `https://HOST/search?q={query}&format=json`;"
        " empty switches web search off.",
    )
    key: SecretStr | None = setting(None, "Key that the endpoint wants.")
    key_header: str = setting(
        "Authorization", "Header of the key; in `Authorization` it is a Bearer token."
    )
    results: Path = setting("results", "Where the answer's list of results is.")
    title: Path = setting("title", "Where a result's title is.")
    link: Path = setting("url", "Where a result's address is.")
    text: Path = setting("content", "Where a result's text is.")

    def targets(self) -> Iterable[str]:
        """The endpoint's address: the operator wrote it down, so it is permitted."""
        return [self.url.replace("{query}", "q").replace("{limit}", "1")] if self.url else []
