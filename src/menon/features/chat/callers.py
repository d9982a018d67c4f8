"""Who chats: the signed-in principal, or the owner of the key in the body."""

from menon.core.auth import Action, Principal, authorize
from menon.core.runtime import Runtime
from menon.features.accounts.service import principal_of_key
from menon.features.chat.schemas import ChatIn


async def caller(runtime: Runtime, who: Principal, body: ChatIn) -> Principal:
    """The principal of a question.

    Raises:
        Unauthenticated: neither a header nor `magic_key` says who asks.
        Forbidden: the key is not for chatting.
    """
    if who.kind == "anonymous" and body.magic_key:
        who = await principal_of_key(runtime, body.magic_key)
    authorize(who, Action.CHAT)
    return who
