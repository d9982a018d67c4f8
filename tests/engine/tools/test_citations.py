import pytest

from menon.engine.tools.citations import Citing, Sources
from menon.engine.tools.passages import Passage, Passages


def passage(chunk: str) -> Passage:
    return Passage(
        chunk_id=chunk,
        document_id=f"doc-{chunk}",
        source=f"{chunk}.md",
        title=chunk.upper(),
        span=(0, 9),
        text="some text",
        score=0.5,
    )


def found(*chunks: str) -> Passages:
    return Passages(passages=tuple(map(passage, chunks)))


class TestNumbers:
    def test_passages_are_numbered_on_from_one_search_to_the_next(self) -> None:
        sources = Sources()
        first = sources.number(found("a", "b"))
        second = sources.number(found("c", "a"))
        assert [each.index for each in first.passages] == [1, 2]
        assert [each.index for each in second.passages] == [3, 1]


class TestCitations:
    @pytest.mark.parametrize(
        ("pieces", "cited"),
        [
            (["It is so [2]. And so [1]."], [2, 1]),
            (["Twice [1] and again [1]."], [1]),
            (["In one bracket [1, 3]."], [1, 3]),
            (["Cut here [", "1", "] and [2", "]."], [1, 2]),
            (["Invented [4] and [0] and [99] and [1234]."], []),
            (["No marker (1) [x] [1", "x]."], []),
            (["[1][2][3]"], [1, 2, 3]),
        ],
    )
    def test_only_numbers_of_passages_become_citations_in_the_order_of_first_use(
        self, pieces: list[str], cited: list[int]
    ) -> None:
        sources = Sources()
        sources.number(found("a", "b", "c"))
        citing = Citing(sources)
        assert [each.index for piece in pieces for each in citing.feed(piece)] == cited

    def test_a_citation_is_the_passages_data(self) -> None:
        sources = Sources()
        sources.number(found("a"))
        citation = sources.cite(1)
        assert citation is not None
        assert (citation.chunk_id, citation.source, citation.span) == ("a", "a.md", (0, 9))
