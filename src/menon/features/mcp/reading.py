"""What the MCP tools fetch: the same services as the API's, in fewer words."""

from menon.core.http import Page
from menon.features.agents import service as agent_service
from menon.features.chat import service as chat
from menon.features.knowledge import collections as collection_service
from menon.features.knowledge import search
from menon.features.knowledge import service as knowledge
from menon.features.knowledge.queries import Wanted
from menon.features.knowledge.schemas import ItemIn
from menon.features.mcp import rules
from menon.features.mcp.arguments import (
    AddArgs,
    ListDocumentsArgs,
    ListRunsArgs,
    PageArgs,
    ReadArgs,
    ReadConversationArgs,
    RunArgs,
    SearchArgs,
)
from menon.features.mcp.offered import Call
from menon.features.mcp.schemas import (
    Added,
    AgentCard,
    Agents,
    CollectionCard,
    Collections,
    Conversation,
    ConversationCard,
    Conversations,
    DocumentCard,
    Documents,
    DocumentText,
    Found,
    Passage,
    RunReport,
    Runs,
    Spoken,
)
from menon.features.runs import inbox
from menon.features.runs import service as run_service
from menon.features.runs.models import ApprovalState
from menon.features.runs.queries import Filter
from menon.features.runs.schemas import RunOut


async def search_passages(call: Call, args: SearchArgs) -> Found:
    """Passages by words and meaning."""
    question = search.Question(
        text=args.query,
        limit=args.limit,
        collections=(args.collection,) if args.collection else (),
        filters=args.filters,
    )
    found = await search.search(call.runtime, call.who, question)
    passages = [Passage.model_validate(hit) for hit in found.items]
    return Found(passages=passages, mode=found.mode)


async def document_text(call: Call, args: ReadArgs) -> DocumentText:
    """A part of a document."""
    item = await knowledge.item(call.runtime, call.who, args.document_id)
    end = min(args.start + args.length, len(item.content))
    return DocumentText(
        document_id=item.id,
        title=item.title,
        source=item.source,
        collection=item.collection,
        version=item.version,
        text=item.content[args.start : end],
        start=args.start,
        next_start=end if end < len(item.content) else None,
        characters=len(item.content),
    )


async def documents(call: Call, args: ListDocumentsArgs) -> Documents:
    """A page of documents."""
    wanted = Wanted(collection=args.collection, text=args.words)
    page = Page(args.limit, args.cursor)
    found = await knowledge.documents(call.runtime, call.who, page, wanted)
    cards = [
        DocumentCard(document_id=row.id, **rules.same(DocumentCard, row)) for row in found.items
    ]
    return Documents(documents=cards, next_cursor=found.next_cursor)


async def collections(call: Call, args: PageArgs) -> Collections:
    """A page of collections."""
    page = Page(args.limit, args.cursor)
    found = await collection_service.listing(call.runtime, call.who, page)
    cards = [CollectionCard.model_validate(row) for row in found.items]
    return Collections(collections=cards, next_cursor=found.next_cursor)


async def add(call: Call, args: AddArgs) -> Added:
    """Queue a text to be indexed."""
    body = ItemIn(source=args.title, **args.model_dump())
    added = await knowledge.add(call.runtime, call.who, body)
    return Added(document_id=added.id, status=added.status, run_id=added.run_id)


async def agents(call: Call, args: PageArgs) -> Agents:
    """A page of the agents that are switched on."""
    page = Page(args.limit, args.cursor)
    found = await agent_service.listing(call.runtime, call.who, page, active_only=True)
    cards = [
        AgentCard(
            agent=row.slug,
            name=row.name,
            description=row.description,
            tools=row.configuration["tools"],
            is_mine=row.is_mine,
        )
        for row in found.items
    ]
    return Agents(agents=cards, next_cursor=found.next_cursor)


async def runs(call: Call, args: ListRunsArgs) -> Runs:
    """A page of runs."""
    page = Page(args.limit, args.cursor)
    found = await run_service.listing(call.runtime, call.who, Filter(state=args.state), page)
    return Runs(runs=[rules.run_card(row) for row in found.items], next_cursor=found.next_cursor)


async def run(call: Call, args: RunArgs) -> RunReport:
    """One run, with what it waits for."""
    return await _report(call, await run_service.get(call.runtime, call.who, args.run_id))


async def cancelled(call: Call, args: RunArgs) -> RunReport:
    """One run, which was asked to stop."""
    return await _report(call, await run_service.cancel(call.runtime, call.who, args.run_id))


async def conversations(call: Call, args: PageArgs) -> Conversations:
    """A page of conversations."""
    found = await chat.listing(call.runtime, call.who, Page(args.limit, args.cursor))
    cards = [
        ConversationCard(
            conversation_id=row.id, messages=row.message_count, **rules.same(ConversationCard, row)
        )
        for row in found.items
    ]
    return Conversations(conversations=cards, next_cursor=found.next_cursor)


async def conversation(call: Call, args: ReadConversationArgs) -> Conversation:
    """The last messages of a conversation."""
    found = await chat.get(call.runtime, call.who, args.conversation_id)
    messages = await chat.messages(call.runtime, call.who, found.id)
    spoken = [Spoken.model_validate(message) for message in messages.items[-args.last :]]
    return Conversation(conversation_id=found.id, title=found.title, messages=spoken)


async def _report(call: Call, run: RunOut) -> RunReport:
    waiting = await inbox.of_run(call.runtime, call.who, run.id)
    asked = [each for each in waiting if each.state is ApprovalState.WAITING]
    return rules.run_report(run, asked, where=rules.run_page(call.base_url, run.id))
