import pytest

from menon.engine.agents.compact import Compacted, compact, tokens
from menon.engine.agents.turn import Call, Message


def user(text: str) -> Message:
    return Message(role="user", content=text)


def assistant(text: str) -> Message:
    return Message(role="assistant", content=text)


def turns(count: int, size: int = 400) -> list[Message]:
    past: list[Message] = []
    for number in range(count):
        past += [
            user(f"Question {number}? More of it."),
            assistant(f"Answer {number}. {'x' * size}"),
        ]
    return past


def test_what_fits_stays_as_it_is() -> None:
    past = turns(3)
    assert compact(past, 10_000) == Compacted(
        messages=tuple(past), folded=0, tokens=sum(map(tokens, past))
    )


def test_the_latest_turns_stay_whole_and_older_ones_become_a_summary() -> None:
    past = turns(10)
    found = compact(past, 600)
    summary, *kept = found.messages
    assert kept == past[found.folded :]
    assert kept[0].role == "user"
    assert 0 < found.folded < len(past)
    assert summary.role == "system"
    assert summary.content.startswith("Summary of the conversation so far:\n")
    assert f"Asked: Question {found.folded // 2 - 1}?" in summary.content
    assert f"Answered: Answer {found.folded // 2 - 1}." in summary.content
    assert "xxxx" not in summary.content


@pytest.mark.parametrize("budget", [0, 1, 10, 50, 100, 200, 300, 500, 1000, 2000, 5000])
def test_the_result_never_exceeds_the_budget(budget: int) -> None:
    found = compact(turns(20), budget)
    assert found.tokens <= budget
    assert found.tokens == sum(map(tokens, found.messages))


def test_a_tool_result_never_loses_its_call() -> None:
    call = Call(call_id="1", name="search", args={"q": "x"})
    asking = Message(role="assistant", content="", calls=(call,))
    answer = Message(role="tool", content="y" * 400, call_id="1", name="search")
    past = [*turns(5), user("last?"), asking, answer, assistant("So.")]
    for budget in range(50, 800, 25):
        kept = compact(past, budget).messages
        assert (asking in kept) == (answer in kept)


def test_a_turn_that_is_too_large_is_folded_too() -> None:
    found = compact([user("Why? " + "z" * 9000), assistant("Because. " + "z" * 9000)], 200)
    assert [message.role for message in found.messages] == ["system"]
    assert found.messages[0].content.endswith("Asked: Why?\nAnswered: Because.")


def test_the_same_past_is_folded_the_same_way() -> None:
    assert compact(turns(9), 300) == compact(turns(9), 300)


def test_nothing_stays_nothing() -> None:
    assert compact([], 100) == Compacted(messages=(), folded=0, tokens=0)
