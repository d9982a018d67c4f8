import pytest

from menon.engine.llm.thinking import ThinkTags

ANSWER = "\n<think>Is 1 < 2? </thin no</think>\n\nYes, <think> is a word."


def split(pieces: list[str]) -> dict[str, str]:
    tags = ThinkTags()
    parts = [part for piece in pieces for part in tags.feed(piece)] + tags.end()
    joined = {"thinking": "", "text": ""}
    for kind, text in parts:
        assert text
        joined[kind] += text
    return joined


@pytest.mark.parametrize("size", range(1, len(ANSWER) + 1))
def test_thoughts_are_split_off_wherever_the_text_is_cut(size: int) -> None:
    pieces = [ANSWER[at : at + size] for at in range(0, len(ANSWER), size)]
    found = split(pieces)
    assert found["thinking"] == "Is 1 < 2? </thin no"
    assert found["text"].lstrip() == "Yes, <think> is a word."


@pytest.mark.parametrize("pieces", [["Hello"], ["<", "b> bold"], ["  ", "x"], ["<thin"], ["a", ""]])
def test_other_answers_stay_as_they_are(pieces: list[str]) -> None:
    assert split(pieces) == {"thinking": "", "text": "".join(pieces)}


def test_a_thought_that_never_ends_is_a_thought() -> None:
    assert split(["<think>hm", "m</thi"]) == {"thinking": "hmm</thi", "text": ""}
