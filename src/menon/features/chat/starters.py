"""Prompts to begin a conversation with, by what it is for."""

from menon.features.chat.models import ConversationKind
from menon.features.chat.schemas import TemplateOut

STARTERS = (
    TemplateOut(
        id="find-answer",
        title="Find an answer",
        prompt="What do our documents say about {topic}? Cite the passages.",
        session_type=ConversationKind.GENERAL,
    ),
    TemplateOut(
        id="compare",
        title="Compare two things",
        prompt="Compare {first} with {second} in a table, from our documents.",
        session_type=ConversationKind.GENERAL,
    ),
    TemplateOut(
        id="steps",
        title="List the steps",
        prompt="Which steps does {procedure} have, in order, and who does each?",
        session_type=ConversationKind.GENERAL,
    ),
    TemplateOut(
        id="new-agent",
        title="Describe an agent",
        prompt="I need an agent that {purpose}. Ask me what you must know to set it up.",
        session_type=ConversationKind.AGENT_CREATION,
    ),
    TemplateOut(
        id="new-workflow",
        title="Describe a workflow",
        prompt="I want to automate {process}. Ask me about its steps, one at a time.",
        session_type=ConversationKind.WORKFLOW_CREATION,
    ),
)
