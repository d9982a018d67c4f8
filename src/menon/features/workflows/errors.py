"""What may go wrong in a workflow.

MenonError
├── InvalidInput
│   └── InvalidDefinition  422  WORKFLOW_001
├── StepFailed             422  WORKFLOW_002
│   ├── StepTimedOut       504  WORKFLOW_003
│   └── ApprovalDenied     403  WORKFLOW_004
└── DialogueIncomplete     422  WORKFLOW_005
"""

from menon.core.errors import InvalidInput, MenonError


class InvalidDefinition(InvalidInput):
    """The workflow cannot run as it is written; see `errors` for each step."""

    code, status = "WORKFLOW_001", 422


class StepFailed(MenonError):
    """A step could not do what it was told; see its configuration and its input."""

    code, status = "WORKFLOW_002", 422


class StepTimedOut(StepFailed):
    """A step took longer than its `timeout_seconds`; raise it, or set it to null for no limit."""

    code, status = "WORKFLOW_003", 504


class ApprovalDenied(StepFailed):
    """A person denied the step, or nobody decided in time."""

    code, status = "WORKFLOW_004", 403


class DialogueIncomplete(InvalidInput):
    """The conversation does not say everything yet; answer for the fields that are named."""

    code, status = "WORKFLOW_005", 422
