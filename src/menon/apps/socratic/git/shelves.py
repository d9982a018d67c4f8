"""Where the repositories of projects stand, and what generating does with them.

`main` (or what people checked out) is theirs; `generated` holds what was generated, and nothing
else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from menon.apps.socratic import repository
from menon.apps.socratic.repository import GITIGNORE, Author
from menon.core.errors import Conflict, NotFound
from menon.core.runtime import Runtime

GENERATED: Final = "generated"
_IGNORED: Final = ".gitignore"


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A project's repository, and who writes into it when."""

    folder: Path
    author: Author
    at: datetime

    def begin(self) -> str:
        """Make the repository where there is none; the commit that people are at."""
        return repository.init(self.folder, author=self.author, at=self.at).commit.id

    def head(self, branch: str) -> str | None:
        """The last commit of a branch; None where there is no such branch."""
        return next((b.commit for b in repository.branches(self.folder) if b.name == branch), None)

    def has(self, commit: str) -> bool:
        """Whether a commit is there."""
        try:
            return bool(repository.log(self.folder, start=commit, limit=1))
        except NotFound:
            return False

    def tree(self, name: str) -> dict[str, bytes]:
        """The files of a branch or commit."""
        return repository.read_tree(self.folder, name)

    def generated(self, files: Mapping[str, bytes], message: str) -> str:
        """Commit exactly these files to the branch of what was generated."""
        return repository.write_tree(
            self.folder, GENERATED, files, message, author=self.author, at=self.at
        ).commit.id

    def people(self) -> tuple[str, dict[str, bytes]]:
        """The branch that people work on and its files; what they had not committed is committed.

        Raises:
            Conflict: somebody checked out the branch of what was generated.
        """
        branch = repository.current(self.folder)
        if branch == GENERATED:
            raise Conflict(f"The branch {GENERATED!r} is checked out; check out another one first.")
        repository.commit(
            self.folder, "Keep what was changed by hand.", author=self.author, at=self.at
        )
        return branch, repository.read_tree(self.folder, branch)

    def merged(self, branch: str, files: Mapping[str, bytes], message: str) -> str:
        """Commit a merge of what was generated to the branch that people work on."""
        return repository.write_tree(
            self.folder,
            branch,
            files,
            message,
            author=self.author,
            at=self.at,
            merged=(GENERATED,),
        ).commit.id

    def mended(self, before: Mapping[str, bytes], after: Mapping[str, bytes], message: str) -> str:
        """Commit what a repair made of some files to the branch that people work on.

        Args:
            before: the files as the repair found them; a new file is not among them.
            after: the same files as it left them.
            message: of the commit.

        Raises:
            Conflict: somebody changed one of the files meanwhile; theirs stays.
        """
        branch, ours = self.people()
        for path, content in after.items():
            if ours.get(path) not in (before.get(path), content):
                raise Conflict(f"{path!r} was changed by somebody meanwhile, so that it stays.")
        files = {**ours, **after}
        return repository.write_tree(
            self.folder, branch, files, message, author=self.author, at=self.at
        ).commit.id

    def written(self, changes: Mapping[str, str | None], message: str) -> repository.Committed:
        """Commit changes of files; None takes a file away.

        Raises:
            NotFound: a file that is to go is not there.
            Conflict: the working folder has changes that are not committed.
        """
        branch = repository.current(self.folder)
        files = repository.read_tree(self.folder, branch)
        for path, text in changes.items():
            if text is not None:
                files[path] = text.encode()
            elif files.pop(path, None) is None:
                raise NotFound(f"There is no file {path!r} to take away.")
        return repository.write_tree(
            self.folder, branch, files, message, author=self.author, at=self.at
        )


def before(ours: Mapping[str, bytes]) -> dict[str, bytes]:
    """What counts as generated before the first generation: files that began the repository."""
    return {_IGNORED: GITIGNORE} if ours.get(_IGNORED) == GITIGNORE else {}


def shelf(runtime: Runtime, project_id: str, name: str, at: datetime) -> Shelf:
    """The repository of a project, for somebody who writes into it."""
    return Shelf(
        folder=folder(runtime, project_id),
        author=Author(name=name or "Menon", email="menon@localhost"),
        at=at,
    )


def folder(runtime: Runtime, project_id: str) -> Path:
    """The working folder of a project's repository."""
    return runtime.settings.root.data_dir / "projects" / project_id


def exists(place: Path) -> bool:
    """Whether a project has a repository."""
    return (place / ".git" / "HEAD").is_file()
