"""Tables of generated code: a codebase, its files, what its tests and scans found."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from menon.core.db import Base, Id


class CodebaseStatus(StrEnum):
    """Where a codebase stands; the last two are final for its run."""

    GENERATING = "generating"
    TESTING = "testing"
    COMPLETED = "completed"
    FAILED = "failed"


class Codebase(Base):
    """Code that was made of one approved specification."""

    __tablename__ = "generated_codebase"
    __table_args__ = (
        UniqueConstraint("project_id", "version"),
        Index("ix_generated_codebase_run_id", "run_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    specification_id: Mapped[str] = mapped_column(Id)
    run_id: Mapped[str | None] = mapped_column(Id)
    version: Mapped[int] = mapped_column(Integer)
    style: Mapped[str] = mapped_column(String(40))
    frontend: Mapped[str] = mapped_column(String(20))
    technologies: Mapped[list[str]]
    status: Mapped[str] = mapped_column(String(20), default=CodebaseStatus.GENERATING)
    phase: Mapped[str] = mapped_column(String(60), default="")
    commits: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The commit of each phase, and of the merge."""
    detail: Mapped[dict[str, Any]]
    """What the generation says of itself: gates, merge conflicts, the reason of a failure."""
    created_by: Mapped[str] = mapped_column(String(36), default="")
    created_at: Mapped[datetime]
    generated_at: Mapped[datetime | None]


class GeneratedFile(Base):
    """A file of a codebase, after the merge with what people had changed."""

    __tablename__ = "generated_file"
    __table_args__ = (UniqueConstraint("codebase_id", "path"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    codebase_id: Mapped[str] = mapped_column(
        ForeignKey("generated_codebase.id", ondelete="CASCADE")
    )
    path: Mapped[str] = mapped_column(String(500))
    file_type: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[str] = mapped_column(String(60))
    phase: Mapped[str] = mapped_column(String(60))
    """The phase that wrote it; empty for a file that people added."""
    content: Mapped[str] = mapped_column(Text)
    """Text, or base64 where `binary`."""
    binary: Mapped[bool] = mapped_column(Boolean, default=False)
    size: Mapped[int] = mapped_column(Integer)
    coverage: Mapped[float | None] = mapped_column(Float)
    """Per cent of its lines that the tests run; empty where none was measured."""
    complexity: Mapped[float | None] = mapped_column(Float)
    """The highest cyclomatic complexity of a function in it."""
    dependencies: Mapped[list[str]]
    """Modules, packages or files that it names as needed."""
    documentation: Mapped[str] = mapped_column(Text, default="")
    """What it says of itself at its head."""
    created_at: Mapped[datetime]


class TestResult(Base):
    """What one suite said of a codebase."""

    __test__ = False  # no test, whatever its name makes pytest think
    __tablename__ = "test_result"
    __table_args__ = (Index("ix_test_result_codebase_id_id", "codebase_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    codebase_id: Mapped[str] = mapped_column(
        ForeignKey("generated_codebase.id", ondelete="CASCADE")
    )
    test_type: Mapped[str] = mapped_column(String(20))
    """unit, integration, security or performance."""
    suite: Mapped[str] = mapped_column(String(100))
    files: Mapped[list[str]]
    passed: Mapped[bool] = mapped_column(Boolean)
    total_tests: Mapped[int] = mapped_column(Integer, default=0)
    passed_tests: Mapped[int] = mapped_column(Integer, default=0)
    failed_tests: Mapped[int] = mapped_column(Integer, default=0)
    skipped_tests: Mapped[int] = mapped_column(Integer, default=0)
    coverage: Mapped[float | None] = mapped_column(Float)
    failures: Mapped[list[Any]]
    figures: Mapped[dict[str, Any]]
    """What was measured, by operation: p50 and p95 of a `performance` result."""
    seconds: Mapped[float] = mapped_column(Float, default=0.0)
    executed_at: Mapped[datetime]


class ScanFinding(Base):
    """Something that a scan of the code did not like."""

    __tablename__ = "scan_finding"
    __table_args__ = (Index("ix_scan_finding_codebase_id_id", "codebase_id", "id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    codebase_id: Mapped[str] = mapped_column(
        ForeignKey("generated_codebase.id", ondelete="CASCADE")
    )
    tool: Mapped[str] = mapped_column(String(40))
    rule: Mapped[str] = mapped_column(String(80))
    severity: Mapped[str] = mapped_column(String(20))
    path: Mapped[str] = mapped_column(String(500))
    line: Mapped[int] = mapped_column(Integer, default=0)
    text: Mapped[str] = mapped_column(Text)
    found_at: Mapped[datetime]
