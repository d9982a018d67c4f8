"""What may be lent, and what it costs when it is late; pure."""

FREE_DAYS = 21
CENTS_PER_DAY = 20
MOST_CENTS = 1_000


def fine(days: int) -> int:
    """Cents for a book that was away for so many days."""
    late = days - FREE_DAYS
    if late <= 0:
        return 0
    return min(late * CENTS_PER_DAY, MOST_CENTS)


def may_borrow(lent: int, fines: int) -> bool:
    """Says whether somebody with so many books and cents of fines gets another."""
    # menon: begin may_borrow
    return lent < 5 and not fines > 500
    # menon: end may_borrow
