"""Settings of agents."""

from typing import ClassVar

from menon.core.settings import Section, setting
from menon.engine.tools.policy import Rule
from menon.features.agents.policy.schemas import OperatorRule


class AgentSettings(Section):
    """What holds for every agent's tools, how long people are asked, and agents in Python."""

    name: ClassVar[str] = "agents"

    policy: tuple[OperatorRule, ...] = setting(
        (),
        "Rules for every agent, as JSON like those of an agent; they ask or deny, and never allow.",
    )
    approval_hours: float = setting(
        72.0, "Hours after which a call that nobody decided about is denied.", gt=0, le=8784
    )

    app: str = setting(
        "", "Python agents to serve: a file or module, `my_agents.py` or `package.module:name`."
    )

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The policy as the engine reads it."""
        return tuple(rule.rule() for rule in self.policy)
