"""What the forms of specifications say."""

from typing import Annotated

from pydantic import Field

from menon.apps.socratic.agreements.schemas import ApproveIn, Reason
from menon.core.http import Wire


class ModelForm(Wire):
    """A specification that exists, as text."""

    text: Annotated[str, Field(min_length=1, max_length=900_000)]


class ApprovalForm(Wire):
    """An approval, with one reason for all conflicts that are accepted."""

    note: Reason = ""
    reason: Reason = ""

    def approval(self, conflicts: list[str]) -> ApproveIn:
        """The approval as the API takes it; without a reason nothing is waived."""
        waived = dict.fromkeys(conflicts, self.reason) if self.reason.strip() else {}
        return ApproveIn(note=self.note, waive=waived)
