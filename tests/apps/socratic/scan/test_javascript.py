"""What a scan finds in JavaScript, through every alias, and what it leaves alone."""

import sys

import pytest

from menon.apps.socratic.scan import javascript_syntax, scan
from menon.core.errors import NotConfigured

HIGH = [
    ("eval('1')", "eval"),
    ("window.eval('1')", "eval"),
    ("globalThis['eval']('1')", "eval"),
    ("window['ev' + 'al']('1')", "eval"),
    ("(0, eval)('1')", "eval"),
    ("const e = eval; e('1')", "eval"),
    ("const {eval: e} = window; e('1')", "eval"),
    ("eval.call(null, '1')", "eval"),
    ("new Function('a', 'return a')", "new-function"),
    ("Function('return 1')()", "new-function"),
    ("[].filter.constructor('alert(1)')()", "new-function"),
    ("x.constructor.constructor('alert(1)')()", "new-function"),
    ("(() => {}).constructor('alert(1)')()", "new-function"),
    ("setTimeout('alert(1)', 10)", "timer-text"),
    ("window.setInterval(`alert(${x})`, 10)", "timer-text"),
    ("setTimeout('alert(' + x + ')', 10)", "timer-text"),
    ("const s = 'alert(1)'; setTimeout(s, 1)", "timer-text"),
    ("document.write(x)", "document-write"),
    ("window.document.writeln('<p>' + x)", "document-write"),
    ("const d = document; d.write(x)", "document-write"),
    ("el.innerHTML = x", "inner-html"),
    ("el.innerHTML += `<p>${x}</p>`", "inner-html"),
    ("el['outerHTML'] = x", "inner-html"),
    ("el.insertAdjacentHTML('beforeend', x)", "inner-html"),
    ("const a = <p dangerouslySetInnerHTML={{__html: x}} />;", "dangerously-set-inner-html"),
    ("require('child_process').exec('ls')", "child-process"),
    ("const {exec: run} = require('node:child_process'); run('ls')", "child-process"),
    ("import {exec as run} from 'child_process'; run('ls')", "child-process"),
    ("import * as cp from 'node:child_process'; cp.spawn('ls')", "child-process"),
    ("const cp = await import('child_process'); cp.fork('x')", "child-process"),
    ("const m = 'child_' + 'process'; require(m).exec('ls')", "child-process"),
    ("process.mainModule.require('child_process').exec('ls')", "child-process"),
    ("export * from 'child_process'", "child-process"),
    ("import vm from 'vm'; vm.runInThisContext('1')", "vm"),
    ("const {Script} = require('vm')", "vm"),
    ("process.binding('fs')", "dynamic-import"),
    ("location.href = 'javascript:alert(1)'", "javascript-url"),
    ("const key = 'AKIA" + "ABCDEFGHIJKLMNOP'", "known-secret"),
    ("let a = ;", "syntax-error"),
    ("function f( {", "syntax-error"),
    ("if (x) { y()", "syntax-error"),
]


@pytest.mark.parametrize(("code", "rule"), HIGH)
def test_what_is_dangerous_is_rejected(code: str, rule: str):
    scanned = scan(f"\n{code}\n", "javascript")
    assert not scanned.safe
    high = [each for each in scanned.findings if each.severity == "high"]
    assert rule in {each.rule for each in high}, scanned.findings
    assert {each.line for each in high} <= {2, 3}
    assert all(each.text.endswith(".") for each in scanned.findings)


MEDIUM = [
    ("document.write('<p>static</p>')", "document-write"),
    ("const apiKey = 'abcdef123456'", "hardcoded-secret"),
    ("const o = {password: 'Tr0ub4dor&3'}", "hardcoded-secret"),
    ("config.client_secret = 'abcdef123456'", "hardcoded-secret"),
    ("import x from 'https://cdn.example/x.js'", "remote-import"),
    ("require(name)", "dynamic-import"),
]


@pytest.mark.parametrize(("code", "rule"), MEDIUM)
def test_what_is_doubtful_is_told_and_kept(code: str, rule: str):
    scanned = scan(code, "js")
    assert scanned.safe
    assert [(each.rule, each.severity) for each in scanned.findings] == [(rule, "medium")]


GOOD = [
    "el.textContent = x; el.innerHTML = '<p>static</p>'; const h = el.innerHTML",
    "setTimeout(() => go(), 10); setTimeout(go, 10); setInterval(function () {}, 5)",
    "model.eval(); evaluate('x'); obj.setTimeout = 1",
    "import fs from 'node:fs'; import {a} from './a.js'; import React from 'react'",
    "const password = ''; const token = document.cookie; const tokenUrl = '/auth/token'",
    "const a = <p className='x'>{text}</p>; export default a;",
    "// eval('1')\n/* new Function() */ const text = \"eval('1')\"",
    "class A { #x = 1; static async *f() { yield 1n ** 2n; } get y() { return this?.#x ?? 0 } }",
    "label: for (const [k, v] of Object.entries(o)) { if (k) continue label; }",
    "",
]


@pytest.mark.parametrize("code", GOOD)
def test_what_is_good_is_left_alone(code: str):
    assert scan(code, "javascript").findings == []


def test_foreign_imports_are_told_by_stack():
    (found,) = scan("import _ from 'lodash/fp'", "javascript").findings
    assert (found.rule, found.severity) == ("foreign-import", "low")
    assert "`lodash`" in found.text
    assert scan("import react from 'react'", "javascript", stack="react").findings == []
    (scoped,) = scan("require('@scope/name/deep')", "javascript").findings
    assert "`@scope/name`" in scoped.text


def test_a_finding_says_where():
    found = scan("const a = 1;\n  eval('1');", "javascript").findings
    assert [(each.rule, each.line, each.column) for each in found] == [("eval", 2, 3)]


HUGE = [
    ("(" * 1_000_000, True),
    ("[" * 300_000 + "]" * 300_000, True),
    ("x=" + "{a:" * 300_000, True),
    ("a=" + "-" * 500_000 + "1", True),
    ("a" + ".a" * 300_000, True),
    ("a" + "+a" * 300_000, True),
    ("`${" * 200_000, True),
    ("@#%^ ) } else " * 50_000, True),
    ("x = '" + "a" * 1_000_000 + "'", False),
    ("el.value = x + foo('a', 1);\n" * 35_000, False),
    ("x" + "['a']" * 300, False),
]


@pytest.mark.parametrize(("code", "rejected"), HUGE)
def test_huge_and_deep_code_ends(code: str, rejected: bool):
    scanned = scan(code, "javascript")
    assert scanned.safe is not rejected
    assert len(scanned.findings) <= 1_000


def test_a_missing_parser_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "tree_sitter_javascript", None)
    javascript_syntax.language.cache_clear()
    with pytest.raises(NotConfigured, match=r"menon\[studio\]"):
        scan("x", "javascript")
    javascript_syntax.language.cache_clear()
