"""Shapes of Python code that are slow without need."""

import pytest

from menon.apps.socratic.scan.slow import REMEDIES, slow

SLOW = {
    "query-in-loop": (
        "for one in ids:\n    session.execute(one)",
        "for one in ids:\n    for each in self.session.scalars(one):\n        pass",
        "while x:\n    db.query(x)",
        "found = [session.scalar(one) for one in ids]",
    ),
    "commit-in-loop": ("for one in ids:\n    session.commit()",),
    "text-in-loop": ("for one in ids:\n    text += 'a'", "while x:\n    text += f'{x}'"),
    "blocking-in-async": (
        "async def f():\n    time.sleep(1)",
        "async def f():\n    requests.get(url)",
        "async def f():\n    if x:\n        subprocess.run(['ls'])",
    ),
    "made-in-loop": (
        "for one in ids:\n    re.compile(one)",
        "for one in ids:\n    create_engine(one)",
    ),
    "list-membership": ("for one in ids:\n    if one in ['a', 'b', 'c', 'd']:\n        pass",),
    "unindexed-key": (
        "x = mapped_column(Key, ForeignKey('a.id'))",
        "x = sa.Column('x', Key, sa.ForeignKey('a.id'), nullable=False)",
        "x = mapped_column(ForeignKey('a.id'), index=False)",
    ),
    "nested-loops": ("for a in x:\n    for b in y:\n        for c in z:\n            pass",),
    "sorted-for-one": ("x = sorted(y)[0]",),
}
FINE = (
    "session.execute(query)",
    "for one in session.scalars(query):\n    print(one)",
    "found = [one.id for one in session.scalars(query)]",
    "for one in ids:\n    cache.get(one)",
    "for one in ids:\n    total += 1",
    "text += 'a'",
    "def f():\n    time.sleep(1)",
    "async def f():\n    await asyncio.sleep(1)",
    "async def f():\n    def g():\n        time.sleep(1)",
    "re.compile('a')",
    "for one in ids:\n    def f():\n        session.execute(one)",
    "for one in ids:\n    if one in ['a', 'b']:\n        pass",
    "if one in ['a', 'b', 'c', 'd']:\n    pass",
    "x = mapped_column(Key, ForeignKey('a.id'), index=True)",
    "x = mapped_column(Key, ForeignKey('a.id'), primary_key=True)",
    "x = mapped_column(String(20))",
    "for a in x:\n    for b in y:\n        pass",
    "x = sorted(y)[1]",
    "x = min(y)",
    "def f(:",
    "(" * 10_000,
    "x" + ".a" * 20_000,
)


@pytest.mark.parametrize(("rule", "code"), [(rule, c) for rule, all_ in SLOW.items() for c in all_])
def test_it_is_found_with_its_place_and_its_remedy(rule: str, code: str) -> None:
    found = slow(code)
    assert [one.rule for one in found] == [rule]
    assert code.splitlines()[found[0].line - 1].strip()
    assert found[0].text
    assert REMEDIES[rule]


@pytest.mark.parametrize("code", FINE)
def test_what_is_fine_is_left_alone(code: str) -> None:
    assert slow(code) == []


def test_every_rule_has_a_remedy() -> None:
    assert REMEDIES.keys() == SLOW.keys()
