"""The tools of the MCP server; each needs the same right as its route of the API."""

from menon.core.auth import Action
from menon.features.mcp import asking, reading, rules
from menon.features.mcp.arguments import (
    AddArgs,
    AskArgs,
    ListDocumentsArgs,
    ListRunsArgs,
    PageArgs,
    ReadArgs,
    ReadConversationArgs,
    RunArgs,
    SearchArgs,
)
from menon.features.mcp.offered import Call, Offer, Questions, offer
from menon.features.mcp.schemas import (
    Added,
    Agents,
    Answer,
    Collections,
    Conversation,
    Conversations,
    Documents,
    DocumentText,
    Found,
    RunReport,
    Runs,
)


@offer(Action.CHAT, "Search the documents", shown=rules.shown_passages)
async def search_knowledge(call: Call, args: SearchArgs) -> Found:
    """Search the documents of this server's users by words and meaning; get the best passages."""
    return await reading.search_passages(call, args)


@offer(Action.READ, "Read a document", shown=rules.shown_text)
async def read_document(call: Call, args: ReadArgs) -> DocumentText:
    """Read the text of a document, or a part of it; `next_start` says where to go on."""
    return await reading.document_text(call, args)


@offer(Action.READ, "List documents")
async def list_documents(call: Call, args: ListDocumentsArgs) -> Documents:
    """List the documents that the user may read, newest first."""
    return await reading.documents(call, args)


@offer(Action.READ, "List collections")
async def list_collections(call: Call, args: PageArgs) -> Collections:
    """List the collections of documents that the user may read."""
    return await reading.collections(call, args)


@offer(Action.AUTHOR, "Add a document", reads=False)
async def add_document(call: Call, args: AddArgs) -> Added:
    """Keep a text as a document, to be found by later searches. Add only what the user wants kept.

    It is read in the background; `get_run` tells when it can be found.
    """
    return await reading.add(call, args)


@offer(Action.READ, "List agents")
async def list_agents(call: Call, args: PageArgs) -> Agents:
    """List the agents that the user may ask with `ask_agent`."""
    return await reading.agents(call, args)


@offer(Action.CHAT, "Ask an agent", reads=False, shown=rules.shown_answer)
async def ask_agent(call: Call, args: AskArgs) -> Answer | Questions:
    """Ask an agent of this server and get its whole answer, with the sources that it cites.

    It knows nothing of this conversation but the message. Where it waits for a person's approval,
    the answer says where to decide; `get_run` has the outcome afterwards.
    """
    return await asking.ask(call, args)


@offer(Action.READ, "List runs")
async def list_runs(call: Call, args: ListRunsArgs) -> Runs:
    """List the user's runs (answers, tasks, workflows, imports), newest first."""
    return await reading.runs(call, args)


@offer(Action.READ, "Read a run")
async def get_run(call: Call, args: RunArgs) -> RunReport:
    """Read a run: its state, what it made, and which approvals it waits for."""
    return await reading.run(call, args)


@offer(Action.CHAT, "Cancel a run", reads=False, destroys=True)
async def cancel_run(call: Call, args: RunArgs) -> RunReport:
    """Stop a run that is at work or waits; what it has made so far stays."""
    return await reading.cancelled(call, args)


@offer(Action.READ, "List conversations")
async def list_conversations(call: Call, args: PageArgs) -> Conversations:
    """List the user's conversations with agents, the latest used first."""
    return await reading.conversations(call, args)


@offer(Action.READ, "Read a conversation", shown=rules.shown_conversation)
async def read_conversation(call: Call, args: ReadConversationArgs) -> Conversation:
    """Read the last messages of a conversation."""
    return await reading.conversation(call, args)


OFFERS: dict[str, Offer] = {
    each.name: each
    for each in (
        search_knowledge,
        read_document,
        list_documents,
        list_collections,
        add_document,
        list_agents,
        ask_agent,
        list_runs,
        get_run,
        cancel_run,
        list_conversations,
        read_conversation,
    )
}
