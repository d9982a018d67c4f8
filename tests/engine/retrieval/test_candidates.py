"""What may be quoted: sentences, rows told with their head, code as a whole."""

from hypothesis import given
from hypothesis import strategies as st

from menon.engine.retrieval.candidates import Candidate, candidates

TEXT = """## Costs

Trains go first. What is paid?
The following:

- breakfast
- dinner

| City | Full day | |
|------|----------|-|
| Berlin | 28 euros | x |
| Paris | | |

```sh
rookctl release list
rookctl release rollback
```
"""


def found(text: str, title: str = "") -> list[Candidate]:
    each = list(candidates(text, title))
    assert all(text[one.start : one.end].strip() for one in each)
    return each


def test_each_candidate_knows_what_leads_to_it() -> None:
    assert [(each.lead, each.text) for each in found(TEXT)] == [
        ("Costs", "Trains go first."),
        ("The following:", "breakfast"),
        ("The following:", "dinner"),
        ("The following:", "City: Berlin; Full day: 28 euros; x"),
        ("The following:", "City: Paris"),
        ("The following:", "rookctl release list\nrookctl release rollback"),
    ]


def test_each_candidate_knows_the_one_before_it() -> None:
    assert [each.before for each in found("One. Two. Three.")] == ["", "One.", "Two."]


def test_the_second_part_of_a_table_is_told_with_the_head_in_its_title() -> None:
    (row,) = found("| Paris | 40 |", "Costs > City | Euro")
    assert row.text == "City: Paris; Euro: 40"


def test_a_row_without_a_head_is_told_by_its_cells() -> None:
    (row,) = found("| Paris | 40 |")
    assert row.text == "Paris; 40"


def test_a_row_is_about_its_first_cell() -> None:
    rows = found("| Start | Room |\n|---|---|\n| 10:30; later | B |\n")
    assert [row.about for row in rows] == ["10:30; later"]
    assert found("Not a row.")[0].about == ""


def test_a_row_longer_than_its_head_is_told_by_its_cells() -> None:
    assert found("| A |\n|---|\n| b | c |")[0].text == "b; c"


def test_of_long_code_each_line_may_be_quoted() -> None:
    code = "```\n" + "\n".join(f"print({number})" for number in range(300)) + "\n```"
    assert len(found(code)) == 300


def test_questions_and_headings_are_no_answers() -> None:
    assert found("# Title\n\nWhat is this?") == []


@given(st.text(st.sampled_from("ab. |-\n#?:`x"), max_size=80), st.sampled_from(["", "A > b | c"]))
def test_candidates_are_spans_in_order(text: str, title: str) -> None:
    end = 0
    for each in found(text, title):
        assert end <= each.start < each.end <= len(text)
        end = each.end
