"""What a scan finds in Python, through every alias, and what it leaves alone."""

import argparse
import ast
import dataclasses
import enum
import inspect
import typing
from pathlib import Path
from types import ModuleType

import pytest

from menon.apps.socratic.scan import LARGEST, Finding, scan
from menon.core.errors import InvalidInput, TooLarge


def _told(code: str) -> list[tuple[str, int]]:
    return [(each.rule, each.line) for each in scan(code, "python").findings]


HIGH = [
    ("eval(x)", "eval"),
    ("exec('1')", "exec"),
    ("__import__('os')", "dunder-import"),
    ("import subprocess\nsubprocess.run(['ls'])", "subprocess"),
    ("import os\nos.system('ls')", "os-system"),
    ("import os\nos.popen('ls')", "os-popen"),
    ("import os\nos.execv('/bin/sh', [])", "os-spawn"),
    ("run(x, shell=True)", "shell-true"),
    ("import pickle\npickle.loads(x)", "pickle"),
    ("import marshal\nmarshal.loads(x)", "marshal"),
    ("import yaml\nyaml.load(x)", "yaml-load"),
    ("import yaml\nyaml.load(x, Loader=yaml.UnsafeLoader)", "yaml-load"),
    ("import ctypes\nctypes.CDLL('x')", "ctypes"),
    ("def f(:", "syntax-error"),
    ("x = 1\n  y = 2", "syntax-error"),
    ("x = '\x00'", "syntax-error"),
    ("x = '\ud800'", "syntax-error"),
    # aliases
    ("from os import system as s\ns('ls')", "os-system"),
    ("import subprocess as sp\nsp.Popen('ls')", "subprocess"),
    ("from subprocess import run\nrun('ls')", "subprocess"),
    ("import os\ngetattr(os, 'system')('ls')", "os-system"),
    ("import os\ngetattr(os, 'sys' + 'tem')('ls')", "os-system"),
    ("import os\nname = 'system'\ngetattr(os, name)('ls')", "os-system"),
    ("import os\ngetattr(os, input())('ls')", "dynamic-attribute"),
    ("import builtins\nbuiltins.eval('1')", "eval"),
    ("import builtins as b\nb.exec('1')", "exec"),
    ("from builtins import eval as e\ne('1')", "eval"),
    ("e = eval\ne('1')", "eval"),
    ("a = b = eval\nc = a\nc('1')", "eval"),
    ("import os\na, b = os.system, 1\na('ls')", "os-system"),
    ("map(eval, xs)", "eval"),
    ("(lambda f: f('1'))(eval)", "eval"),
    ("from os import *\nsystem('ls')", "os-system"),
    ("from math import *\nfrom os import *\nsystem('ls')", "os-system"),
    ("import os\nos.__dict__['system']('ls')", "os-system"),
    ("import os\nvars(os)['system']('ls')", "os-system"),
    ("import sys\nsys.modules['os'].system('ls')", "os-system"),
    ("__import__('o' + 's').system('ls')", "os-system"),
    ("import importlib\nimportlib.import_module('os').system('ls')", "os-system"),
    ("__builtins__['eval']('1')", "eval"),
    ("globals()['__builtins__'].eval('1')", "eval"),
    ("if (e := eval): e('1')", "eval"),
    ("().__class__.__base__.__subclasses__()", "introspection"),
    ("getattr(f, '__globals__')", "introspection"),
    ("import os.path as p, os\nos.system.__call__('ls')", "os-system"),
    # injection and secrets
    ("db.execute(f'SELECT * FROM users WHERE id = {x}')", "sql-format"),
    ("db.execute('SELECT * FROM users WHERE id = %s' % x)", "sql-format"),
    ("db.execute('DELETE FROM users WHERE id = ' + x + ' OR 1')", "sql-format"),
    ("db.execute('SELECT a FROM b WHERE c = {}'.format(x))", "sql-format"),
    ("q = f'UPDATE a SET b = {c}'\ndb.execute(q)", "sql-format"),
    ("db.execute(text(f'INSERT INTO a VALUES ({c})'))", "sql-format"),
    ("key = 'AKIA" + "ABCDEFGHIJKLMNOP'", "known-secret"),
    ("key = '-----BEGIN RSA " + "PRIVATE KEY-----'", "known-secret"),
]


@pytest.mark.parametrize(("code", "rule"), HIGH)
def test_what_is_dangerous_is_rejected(code: str, rule: str):
    scanned = scan(code, "python")
    assert not scanned.safe
    high = [each for each in scanned.findings if each.severity == "high"]
    assert rule in {each.rule for each in high}, scanned.findings
    line = code.count("\n") + 1
    assert {each.line for each in high} & {line, 1}
    assert all(each.text.endswith(".") for each in scanned.findings)


MEDIUM = [
    ("import tempfile\ntempfile.mktemp()", "mktemp"),
    ("import hashlib\nhashlib.md5(x)", "weak-hash"),
    ("import hashlib as h\nh.new('sha1', x)", "weak-hash"),
    ("from hashlib import sha1\nsha1(x)", "weak-hash"),
    ("password = 'Tr0ub4dor&3'", "hardcoded-secret"),
    ("connect(password='Tr0ub4dor&3')", "hardcoded-secret"),
    ("self.api_key = 'abcdef123456'", "hardcoded-secret"),
    ("settings = {'SECRET_KEY': 'abcdef123456'}", "hardcoded-secret"),
    ("def f(token='abcdef123456'): ...", "hardcoded-secret"),
    ("def f(token='abcdef123456', /, *, x): ...", "hardcoded-secret"),
    ("def f(*, x, token='abcdef123456'): ...", "hardcoded-secret"),
    ("url = 'postgresql://me:s3cr3t99@db/x'", "hardcoded-secret"),
    ("import httpx\nhttpx.get(u, verify=False)", "unverified-tls"),
    ("q = f'SELECT a FROM b WHERE c = {d}'", "sql-format"),
    ("import importlib\nimportlib.import_module(x)", "dynamic-import"),
    ("app.run(debug=True)", "debug"),
    ("run(x, shell=y)", "shell-true"),
    ("import subprocess", "dangerous-import"),
]


@pytest.mark.parametrize(("code", "rule"), MEDIUM)
def test_what_is_doubtful_is_told_and_kept(code: str, rule: str):
    scanned = scan(code, "python")
    assert scanned.safe
    assert [(each.rule, each.severity) for each in scanned.findings] == [(rule, "medium")]


GOOD = [
    "import ast\nast.literal_eval(x)",
    "import re\nre.compile('a')",
    "model.eval()",
    "class A:\n    def exec(self): ...\nA().exec()",
    "import yaml\nyaml.safe_load(x)",
    "import yaml\nyaml.load(x, Loader=yaml.SafeLoader)",
    "import yaml\nfrom yaml import CSafeLoader\nyaml.load(x, CSafeLoader)",
    "import hashlib\nhashlib.md5(x, usedforsecurity=False)\nhashlib.sha256(x)",
    "import os\nos.path.join('a', 'b')\nos.environ['A']\ngetattr(os, 'sep')",
    "db.execute('SELECT * FROM users WHERE id = ?', (x,))",
    "db.execute('SELECT a ' 'FROM b')\ndb.execute('SELECT a ' + 'FROM b')",
    "f'Select a book from {shelf}'.title",
    "run(x, shell=False)",
    "password = os.environ['PASSWORD']",
    "password = ''\ntoken_url = '/auth/token'\ntoken = 'token'\npassword = '<password>'",
    "class Token(Model):\n    token: str = Field('bearer')",
    "from app.models import Book\nfrom . import x\nfrom ..y import z",
    "import sqlalchemy, fastapi, pytest",
    "x = '\\d'",
    "",
]


@pytest.mark.parametrize("code", GOOD)
def test_what_is_good_is_left_alone(code: str):
    scanned = scan(code, "python")
    assert scanned.findings == []
    assert scanned.safe


@pytest.mark.parametrize("module", [argparse, ast, dataclasses, enum, inspect, typing])
def test_large_files_of_every_syntax_are_read(module: ModuleType):
    scanned = scan(Path(module.__file__ or "").read_text(), "python")
    assert {each.rule for each in scanned.findings}.isdisjoint({"syntax-error", "too-deep"})


def test_foreign_imports_are_told_by_stack():
    assert _told("import requests\nfrom numpy import array") == [
        ("foreign-import", 1),
        ("foreign-import", 2),
    ]
    assert scan("import requests", "python").safe
    assert scan("import flask", "python", stack="fastapi").findings[0].severity == "low"
    assert scan("import flask", "python", stack="flask").findings == []


def test_a_finding_says_where_in_characters():
    (found,) = scan("x = 1\nä = 'ö', eval('1')", "python").findings
    assert found == Finding(
        rule="eval",
        severity="high",
        line=2,
        column=10,
        text="`eval`: it runs text as code; call a function or use a table instead. "
        "For values there is `ast.literal_eval`.",
    )


def test_a_syntax_error_says_where():
    (found,) = scan("x = 1\nif x\n    y", "python").findings
    assert (found.rule, found.line, found.column) == ("syntax-error", 2, 5)


def test_findings_come_in_the_order_of_the_code():
    code = "import subprocess\neval('1')\nsubprocess.run('x', shell=True)"
    assert _told(code) == [
        ("dangerous-import", 1),
        ("eval", 2),
        ("shell-true", 3),
        ("subprocess", 3),
    ]


HUGE = [
    ("(" * 100_000, True),
    ("-" * 100_000 + "1", True),
    ("x = " + "[" * 90 + "]" * 90, False),
    ("a" + ".a" * 100_000, True),
    ("x = 1" + "+1" * 100_000, True),
    ("x = '" + "a" * 1_000_000 + "'", False),
    ("x = 1\n" * 160_000, False),
    ("import a\n" * 2_000, False),
    ("x" + "['a']" * 30, False),
    ("x = 'SELECT a FROM b' + " + " + ".join(["c"] * 900), False),
    ("if x:\n" + "".join(f"{' ' * n}if x:\n" for n in range(1, 300)), True),
]


@pytest.mark.parametrize(("code", "rejected"), HUGE)
def test_huge_and_deep_code_ends(code: str, rejected: bool):
    scanned = scan(code, "python")
    assert scanned.safe is not rejected
    assert len(scanned.findings) <= 1_000


def test_what_cannot_be_scanned_is_refused():
    with pytest.raises(TooLarge, match="split it"):
        scan("x" * (LARGEST + 1), "python")
    with pytest.raises(InvalidInput, match="cannot be scanned"):
        scan("x", "cobol")
    with pytest.raises(InvalidInput, match="no stack"):
        scan("x", "python", stack="rails")
