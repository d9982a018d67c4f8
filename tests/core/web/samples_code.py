"""Samples of generated code."""

from typing import Any

Context = dict[str, Any]
Page = tuple[str, str, Context]


def codes() -> dict[str, Page]:
    code: Context = {
        "id": "c1",
        "version": 1,
        "specification_id": "v2",
        "specification_version": 2,
        "run_id": "0199a000-0000-7000-8000-0000000000r1",
        "architecture_type": "layered",
        "status": "generating",
        "phase": "generate_backend",
        "completed_phases": 2,
        "total_phases": 6,
        "files": 0,
        "error": None,
        "generation_metadata": {"commits": {}},
    }
    file: Context = {
        "id": "f1",
        "file_path": "app/main.py",
        "name": "main.py",
        "file_purpose": "source",
        "file_type": "python",
        "test_coverage": 97.5,
        "size_bytes": 2048,
        "content": "from fastapi import FastAPI\n\napp = FastAPI()\n",
        "encoding": "utf-8",
    }
    page: Context = {
        "project": {"id": "p1", "name": "Town library"},
        "codebase": code,
        "going": True,
        "phases": [
            {"name": "Analyze specification", "state": "completed", "commit": "1f2e3d4c"},
            {"name": "Generate backend", "state": "active", "commit": ""},
            {"name": "Generate tests", "state": "", "commit": ""},
        ],
        "view": "files",
        "files": [],
        "results": None,
        "trace": [],
        "links": {},
        "may_work": True,
    }
    failed: Context = code | {
        "status": "failed",
        "error": "tests: 2 of 90 tests failed.",
        "files": 2,
        "generation_metadata": {"commits": {}, "merge_conflicts": [{"path": "app/main.py"}]},
    }
    ended: Context = page | {"codebase": failed, "going": False}
    results: Context = {
        "gates": [
            {"name": "tests", "state": "failed", "detail": "2 of 90 tests failed."},
            {"name": "ruff", "state": "passed", "detail": "No finding."},
        ],
        "items": [
            {
                "test_suite": "tests/test_book.py",
                "test_type": "unit",
                "passed_tests": 88,
                "failed_tests": 2,
                "skipped_tests": 0,
                "coverage_percentage": 96.2,
                "execution_time": 4.2,
                "failure_details": [{"name": "test_a_book", "message": "AssertionError"}],
                "figures": {},
            },
            {
                "test_suite": "latency",
                "test_type": "performance",
                "passed_tests": 1,
                "failed_tests": 0,
                "skipped_tests": 0,
                "coverage_percentage": None,
                "execution_time": 9.1,
                "failure_details": [],
                "figures": {
                    "GET /api/v1/books/{id}": {
                        "answers": 120,
                        "p50_ms": 3.1,
                        "p95_ms": 7.25,
                        "slowest_ms": 40.0,
                    }
                },
            },
        ],
        "findings": [
            {
                "severity": "medium",
                "path": "app/main.py",
                "line": 3,
                "text": "A password is written here.",
                "tool": "bandit",
                "rule": "B105",
            }
        ],
    }
    trace = [
        {
            "requirement": "FR-001",
            "title": "Lend a book",
            "source": "a1",
            "question": "What do members do?",
            "unproven": ["Nothing shows how fast it is."],
            "code": ["app/routers/loans.py"],
            "tests": ["tests/test_loans.py::test_lend"],
        }
    ]
    groups = [{"folder": "app", "files": [file]}, {"folder": "", "files": [file | {"id": "f2"}]}]
    return {
        "codebase": ("/codebases/c1", "studio/codebase.html", page),
        "codebase-files": ("/codebases/c2", "studio/codebase.html", ended | {"files": groups}),
        "codebase-tests": (
            "/codebases/c2?view=tests",
            "studio/codebase.html",
            ended | {"view": "tests", "results": results},
        ),
        "codebase-trace": (
            "/codebases/c2?view=trace",
            "studio/codebase.html",
            ended | {"view": "trace", "trace": trace, "links": {"app/routers/loans.py": "f1"}},
        ),
        "codebase-file": (
            "/codebases/c2/files/f1",
            "studio/file.html",
            {
                "project": {"id": "p1", "name": "Town library"},
                "codebase": {"id": "c2", "version": 1},
                "file": file,
                "language": "python",
            },
        ),
    }
