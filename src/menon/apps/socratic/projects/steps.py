"""What is to be done next in a project; pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from menon.apps.socratic.agreements.schemas import SpecificationRow
from menon.apps.socratic.codebases.schemas import CodebaseOut
from menon.apps.socratic.sessions.schemas import SessionOut


@dataclass(frozen=True, kw_only=True)
class Next:
    """A step, and where it is taken; without a place it begins the first session."""

    text: str
    action: str
    href: str = ""


def following(
    sessions: Sequence[SessionOut],
    specifications: Sequence[SpecificationRow],
    codebases: Sequence[CodebaseOut],
) -> Next:
    """The step that leads on, by the newest of each; each list begins with its newest."""
    asked = sessions[0] if sessions else None
    agreed = specifications[0] if specifications else None
    made = codebases[0] if codebases else None
    if asked and (agreed is None or asked.updated_at > agreed.created_at):
        return _of_session(asked)
    if agreed and (made is None or (made.specification_version or 0) < agreed.version):
        return _of_specification(agreed)
    if made:
        return _of_code(made)
    return Next(text="Questions find out what it has to do.", action="Start session")


def _of_session(asked: SessionOut) -> Next:
    href = f"/sessions/{asked.id}"
    if asked.status == "completed":
        text = "The questions are answered; a specification can be made of them."
        return Next(text=text, action="Make the specification", href=href)
    text = f"{asked.answered_questions} of about {asked.total_questions} questions are answered."
    return Next(text=text, action="Go on with the questions", href=href)


def _of_specification(agreed: SpecificationRow) -> Next:
    href = f"/specifications/{agreed.id}"
    if agreed.approved:
        text = f"Version {agreed.version} is approved; code can be made of it."
        return Next(text=text, action="Generate code", href=href)
    text = f"Version {agreed.version} waits to be read and approved."
    return Next(text=text, action="Read the specification", href=href)


def _of_code(made: CodebaseOut) -> Next:
    href = f"/codebases/{made.id}"
    if made.status == "completed":
        text = f"Version {made.version} is generated and has passed every gate."
        return Next(text=text, action="See the code", href=href)
    if made.status == "failed":
        text = f"Version {made.version} is not proven."
        return Next(text=text, action="See why", href=f"{href}?view=tests")
    return Next(text=f"Version {made.version} is being made.", action="Follow it", href=href)
