"""Add rows for new operations to the rights matrix, to be reviewed; rows that are there stay."""

import csv
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.architecture import test_rights as rights


def main() -> None:
    """Write the matrix in order of path and method."""
    known = rights._matrix() if rights.MATRIX.exists() else {}  # noqa: SLF001 - the test's own reader
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for method, path, action, _ in rights._operations():  # noqa: SLF001 - as above
        fresh = {p: rights.expected(action, p) for p in rights.PRINCIPALS}
        row = {"method": method, "path": path, "right": action.value, **fresh}
        rows[method, path] = known.get((method, path), row)
    with rights.MATRIX.open("w", newline="") as file:
        fields = ["method", "path", "right", *rights.PRINCIPALS]
        writer = csv.DictWriter(file, fields, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows[key] for key in sorted(rows, key=lambda key: (key[1], key[0])))


if __name__ == "__main__":
    main()
