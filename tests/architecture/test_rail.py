"""Every page that people look at lights one entry of the rail."""

import pytest

from menon.core.web.frame import is_active
from menon.entry.parts import features

ELSEWHERE = {"/login", "/register", "/profile", "/palette"}
"""Before signing in, one's own menu, and what only scripts read."""

PLACES = {
    path
    for feature in features()
    for routes in feature.pages
    for method, path, _ in routes.actions
    if method == "GET" and path not in ELSEWHERE
}


@pytest.mark.parametrize("path", sorted(PLACES))
def test_a_page_belongs_to_one_entry(path: str) -> None:
    entries = [entry for feature in features() for entry in feature.nav]
    lit = [e.label for e in entries if any(is_active(h, path) for h in (e.href, *e.also))]
    assert len(lit) == 1
