"""What files say of themselves."""

import pytest

from menon.apps.socratic.codebases.facts import FileFacts, of_file

CODE = b'''"""Loans.

They end.
"""

import os
from app.core import errors
from . import rules
from .books import Book


def one():
    return 1


class Loan:
    def many(self, given):
        if given:
            for each in given:
                while each:
                    each -= 1
        elif os:
            try:
                pass
            except (OSError, ValueError):
                pass
            except KeyError:
                pass
        match given:
            case 1:
                pass
            case _:
                pass
'''


def test_python_is_read_as_a_tree():
    found = of_file("app/loan.py", CODE)
    assert found.dependencies == (".", ".books", "app.core", "os")
    assert found.documentation == "Loans. They end." or found.documentation.startswith("Loans.")
    assert found.complexity == 8


@pytest.mark.parametrize(
    ("path", "body", "wanted"),
    [
        ("a.py", b"def (", FileFacts()),
        ("a.py", b"X = 1\n", FileFacts()),
        ("a.py", b"(" * 10_000, FileFacts()),
        ("a.png", b"\x89PNG\0", FileFacts()),
        ("big.md", b"# x\n" * 200_000, FileFacts()),
        ("README.md", b"text\n## Library \nmore\n", FileFacts(documentation="Library")),
        ("empty.md", b"text", FileFacts()),
        (
            "requirements-dev.txt",
            b"# For tests.\n-r requirements.txt\npytest>=9\nfast-api[all]==1\n",
            FileFacts(dependencies=("fast-api", "pytest"), documentation="For tests."),
        ),
        (
            "app/web/pages/list.html",
            b"{% extends \"base.html\" %}\n{%- include 'table.html' %}",
            FileFacts(dependencies=("base.html", "table.html")),
        ),
        (
            "a.js",
            b'// Shows loans.\nimport { x } from "./x.js";\nconst y = require("y");\n',
            FileFacts(dependencies=("./x.js", "y"), documentation="Shows loans."),
        ),
        (
            "Dockerfile",
            b"# Runs it.\n# Twice.\nFROM x\n",
            FileFacts(documentation="Runs it. Twice."),
        ),
        ("x.json", b"{}", FileFacts()),
    ],
)
def test_of_other_files_the_head_is_taken(path: str, body: bytes, wanted: FileFacts):
    assert of_file(path, body) == wanted
