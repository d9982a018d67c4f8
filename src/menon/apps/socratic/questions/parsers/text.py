"""Plain words: anything that holds a letter or a digit."""

from menon.apps.socratic.questions.parsers.reading import Context, Reading

_LONGEST = 20_000


def parse(text: str, context: Context) -> Reading | None:
    """The text itself; what goes beyond the longest paragraph is kept beside it."""
    del context
    said = text.strip()
    if not any(map(str.isalnum, said)):
        return None
    rest = (said[_LONGEST:],) if len(said) > _LONGEST else ()
    said = said[:_LONGEST]
    return Reading(value=said, shown=said if len(said) <= 200 else f"{said[:197]}...", rest=rest)
