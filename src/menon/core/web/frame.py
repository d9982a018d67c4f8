"""What stands around every page: the rail, who is signed in, the engine badge, notes."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, cast

from menon.core.auth import Principal

Theme = Literal["auto", "light", "dark"]
Kind = Literal["success", "info", "warning", "danger"]

THEME_COOKIE = "menon_theme"
FLASH_COOKIE = "menon_flash"

_MOST_FLASHES = 5


@dataclass(frozen=True, kw_only=True)
class NavItem:
    """An entry of the rail."""

    label: str
    href: str
    icon: str
    active: bool
    count: int | None = None


@dataclass(frozen=True, kw_only=True)
class Command:
    """Something that the command palette offers."""

    label: str
    href: str
    icon: str
    group: str = "Do"
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Engine:
    """Which model answers, and how it is."""

    model: str = "offline:extractive"
    state: Literal["good", "warn", "bad"] = "warn"
    detail: str = "Answers are picked from your documents."
    href: str = "/"


@dataclass(frozen=True, kw_only=True)
class FramePart:
    """What one feature adds to the frame of a page; see `Feature.frame`."""

    engine: Engine | None = None
    approvals: int = 0
    """Tool calls that wait for this user."""
    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    """Numbers beside entries of the rail, by their address."""
    commands: Sequence[Command] = ()


@dataclass(frozen=True, kw_only=True)
class FirstStep:
    """Something that a newcomer does once; the start page lists it until all are done."""

    done: bool
    title: str
    text: str
    href: str
    action: str
    """The word on its button."""
    icon: str
    setting: str | None = None
    """What to set before the next start, ready to copy."""


@dataclass(frozen=True, kw_only=True)
class Flash:
    """A note that the next page shows once."""

    kind: Kind
    text: str


@dataclass(frozen=True, kw_only=True)
class FrameUser:
    """Who is signed in, as the menu shows them."""

    name: str
    username: str
    initials: str
    roles: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What `layout.html` and `auth.html` read besides a page's own context."""

    nav: Sequence[NavItem]
    user: FrameUser
    engine: Engine
    approvals: int
    commands: Sequence[Command]
    flashes: Sequence[Flash]
    theme: Theme
    csrf: str
    version: str
    path: str
    """Path and query, to come back to after signing in."""


def frame_user(who: Principal) -> FrameUser:
    """The menu's view of a principal."""
    name = who.label or who.name
    return FrameUser(name=name, username=who.name, initials=initials(name), roles=sorted(who.roles))


def initials(name: str) -> str:
    """Two letters for the round picture of a person."""
    words = name.replace(".", " ").replace("_", " ").replace("-", " ").split()
    letters = [word[0] for word in words[:2]] if len(words) > 1 else list(name[:2])
    return "".join(letters).upper()


def is_active(href: str, path: str) -> bool:
    """Whether an entry of the rail belongs to the page at this path: their first parts agree."""
    return href.split("/")[1:2] == path.partition("?")[0].split("/")[1:2]


def theme_of(cookie: str | None) -> Theme:
    """The theme that somebody has chosen, or the system's."""
    return cast("Theme", cookie) if cookie in {"light", "dark"} else "auto"


def pack_flashes(flashes: Sequence[Flash]) -> str:
    """Notes as a cookie's value."""
    pairs = [[flash.kind, flash.text] for flash in flashes]
    return base64.urlsafe_b64encode(json.dumps(pairs).encode()).decode().rstrip("=")


def unpack_flashes(cookie: str) -> list[Flash]:
    """The notes in a cookie's value; nothing where it is not one of ours."""
    try:
        pairs = json.loads(base64.urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4)))
        return [
            Flash(kind=kind, text=text[:500])
            for kind, text in pairs[:_MOST_FLASHES]
            if kind in {"success", "info", "warning", "danger"} and isinstance(text, str)
        ]
    except (ValueError, TypeError, KeyError, binascii.Error, RecursionError):
        return []
