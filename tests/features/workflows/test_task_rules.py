from importlib.resources import files

import pytest

from menon.engine.analysis.analyze import Analysis
from menon.engine.analysis.summary import Length
from menon.features.workflows.tasks import rules as task_rules
from menon.features.workflows.tasks.schemas import AnalyzeIn, SummarizeIn

PROMPTS = files("menon.features.workflows.tasks").joinpath("prompts")


@pytest.mark.parametrize("length", list(Length))
def test_a_model_is_told_how_long_a_summary_is(length: Length):
    wanted = SummarizeIn(type="summarize", text="x", length=length)
    told = task_rules.instructions(PROMPTS.joinpath("summarize.md").read_text(), wanted)
    assert "at most" in told
    assert "$" not in told


@pytest.mark.parametrize("kind", list(Analysis))
def test_a_model_is_told_the_shape_of_an_analysis(kind: Analysis):
    wanted = AnalyzeIn(type="analyze", text="x", kind=kind)
    told = task_rules.instructions(PROMPTS.joinpath("analyze.md").read_text(), wanted)
    assert '"' in told
    assert "$" not in told


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ('{"label": "positive"}', {"label": "positive"}),
        ('Here it is:\n```json\n{"topics": []}\n```', {"topics": []}),
        ("It is positive.", {"text": "It is positive."}),
        ("{broken", {"text": "{broken"}),
        ("[1, 2]", {"text": "[1, 2]"}),
        ("{" * 100_000 + "}", {"text": "{" * 100_000 + "}"}),
        ("", {"text": ""}),
        ('{"score": NaN}', {"text": '{"score": NaN}'}),
        (
            r'{"a\u0000b": ["\ud800x", 1, null, {"c": "\u0000"}]}',
            {"ab": ["\ufffdx", 1, None, {"c": ""}]},
        ),
    ],
)
def test_an_answer_is_read_as_far_as_it_goes(answer: str, found: object):
    assert task_rules.found(answer) == found
