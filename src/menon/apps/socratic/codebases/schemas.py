"""Wire shapes of generated code, its tests and its scans."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, ConfigDict, Field

from menon.apps.socratic.specification.model import Style
from menon.core.http import Wire

Id = Annotated[str, Field(min_length=1, max_length=200)]


class CodebaseIn(Wire):
    """Code that is to be made of an approved specification."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    project_id: Id
    specification_id: Id | None = None
    """The newest approved version by default."""
    style: Annotated[
        Style | None, Field(validation_alias=AliasChoices("style", "architecture_type"))
    ] = None
    """As the specification says by default."""
    frontend: Literal["none", "htmx"] | None = None
    repair_model: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    """Who mends what the gates refuse: `auto`, a model as `provider:name`, or `offline` for nobody;
    as `studio.repair_model` says by default."""


class CodebaseOut(Wire):
    """Generated code, and where it stands."""

    id: str
    codebase_id: str
    project_id: str
    specification_id: str
    specification_version: int | None
    version: int
    run_id: str | None
    status: str
    phase: str
    completed_phases: int
    total_phases: int
    architecture_type: str
    frontend: str
    technology_stack: list[str]
    file_structure: dict[str, Any]
    """Folders and files as nested objects; a file is its size in bytes."""
    files: int
    generation_metadata: dict[str, Any]
    """The commit of each phase, the gates, files with merge conflicts."""
    error: str | None
    created_at: datetime
    generated_at: datetime | None


class FileRow(Wire):
    """A generated file, without its content."""

    id: str
    file_id: str
    codebase_id: str
    file_path: str
    file_type: str
    file_purpose: str
    generated_by_agent: str
    version: int
    size_bytes: int
    dependencies: list[str]
    documentation: str
    complexity_score: float | None
    test_coverage: float | None
    created_at: datetime


class FileOut(FileRow):
    """A generated file."""

    content: str
    encoding: Literal["utf-8", "base64"]


class TestResultOut(Wire):
    """What one suite said."""

    __test__ = False  # no test, whatever its name makes pytest think

    id: str
    test_id: str
    codebase_id: str
    test_type: str
    test_suite: str
    files_tested: list[str]
    passed: bool
    total_tests: int
    passed_tests: int
    failed_tests: int
    skipped_tests: int
    coverage_percentage: float | None
    failure_details: list[dict[str, Any]]
    figures: dict[str, dict[str, float]]
    execution_time: float
    executed_at: datetime


class FindingOut(Wire):
    """Something that a scan did not like."""

    rule: str
    severity: str
    path: str
    line: int
    text: str
    tool: str


class ResultsOut(Wire):
    """What the tests and the gates of a codebase said."""

    codebase_id: str
    status: str
    passed: bool
    coverage_percentage: float | None
    gates: list[dict[str, Any]]
    items: list[TestResultOut]
    findings: list[FindingOut]


class ScanIn(Wire):
    """Code that is to be looked at."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, Field(max_length=200_000)]
    language: Literal["python", "javascript"] = "python"


class ScanOut(Wire):
    """Whether code may be run; it is never changed."""

    safe: bool
    """No finding of high severity."""
    language: str
    findings: list[FindingOut]


class SecurityScanOut(Wire):
    """What a scan of all files found."""

    codebase_id: str
    safe: bool
    files_scanned: int
    by_severity: dict[str, int]
    findings: list[FindingOut]


class TraceRowOut(Wire):
    """Where a requirement comes from, and where it is met."""

    requirement: str
    title: str
    source: str
    """The id of the answer that it comes from; `default` where nobody said it."""
    question: str
    """The question that was answered, where it is known."""
    code: list[str]
    tests: list[str]
    unproven: list[str]
    """What of it no test shows, in words."""


class TraceOut(Wire):
    """From each requirement to its question, its code and its tests."""

    codebase_id: str
    items: list[TraceRowOut]
