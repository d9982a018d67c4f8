"""Lists of words in the source, written as running text."""


def vocabulary(words: str) -> frozenset[str]:
    """The words of a text that are separated by blanks."""
    return frozenset(words.split())
