"""Memory lets go of what is stored of a long log, and its end is folded as if it had not."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from menon.core.runs.events import Content, Envelope, Event, Progress, Thinking
from menon.core.runs.fold import Folded, Folding, fold, unfold
from menon.core.runs.live import KEPT, Live

AT = datetime(2026, 11, 29, tzinfo=UTC)
DATA = st.one_of(
    st.builds(Content, text=st.text("ab ", min_size=1, max_size=3)),
    st.builds(Thinking, text=st.just("hm")),
    st.builds(Progress, done=st.just(1)),
)
EVENTS = st.lists(st.tuples(DATA, st.sampled_from([None, "i1"])), max_size=200)


def _log(events: list[tuple[Event, str | None]]) -> list[Envelope]:
    return [
        Envelope(
            run="r", epoch=1, seq=n, at=AT + timedelta(seconds=n), type=d.type, data=d, item=item
        )
        for n, (d, item) in enumerate(events, 1)
    ]


@given(EVENTS, st.lists(st.integers(0, 200), max_size=5))
def test_a_log_folds_the_same_in_one_go_and_as_it_grows(
    events: list[tuple[Event, str | None]], cuts: list[int]
):
    log, folding, at = _log(events), Folding(), 0
    for cut in sorted(cuts):
        assert folding.ended(log[at:]) == fold(log), "asking changes nothing"
        folding.take(log[at:cut])
        at = max(at, cut)
    assert folding.ended(log[at:]) == fold(log)


@given(EVENTS)
def test_a_folded_log_unfolds_to_what_was_said(events: list[tuple[Event, str | None]]):
    said = [
        delta
        for row in fold(_log(events))
        for delta in (unfold(row) if isinstance(row, Folded) else [row])
    ]
    assert [(e.seq, e.type, e.data, e.item) for e in said] == [
        (e.seq, e.type, e.data, e.item) for e in _log(events)
    ]


def test_memory_keeps_the_end_of_a_long_log_and_what_is_not_stored():
    live = Live("r", 1)
    for n in range(1000):
        live.add(Content(text=f"w{n} "), at=AT)
        if n < 900:
            live.stored(live.seq)
    held = live.shown(live.first - 1)
    assert held[-1].seq == 1000
    assert 100 + KEPT <= len(held) < 150 + KEPT, "a hundred wait to be stored"
    live.stored(live.seq)
    assert len(live.shown(live.first - 1)) == KEPT
    [row] = live.whole() or []
    assert isinstance(row, Folded)
    assert isinstance(row.envelope.data, Content)
    assert row.envelope.data.text == "".join(f"w{n} " for n in range(1000))
    assert len(row.marks) == 1000
    assert live.whole() == [row], "a second try finds the same"
