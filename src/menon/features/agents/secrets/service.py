"""The secrets of an agent: its owner keeps them, its tools use them by reference."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from menon.core.auth import Action, Principal, authorize
from menon.core.http import Listing, Page
from menon.core.runtime import Runtime
from menon.features.agents import queries
from menon.features.vault import keeping
from menon.features.vault import service as vault
from menon.features.vault.schemas import (
    SecretIn,
    SecretOut,
    SecretPatch,
    SecretScope,
    SecretValue,
    Whose,
)


async def listing(runtime: Runtime, who: Principal, agent: str, page: Page) -> Listing[SecretOut]:
    """A page of an agent's secrets, masked."""
    whose, _ = await runtime.db.read(_kept, who, agent)
    return await keeping.listing(runtime, who, whose, page)


async def store(runtime: Runtime, who: Principal, agent: str, body: SecretIn) -> SecretOut:
    """Store a secret for an agent; it belongs to the agent's owner.

    Raises:
        Conflict: there is one of this name.
    """
    whose, owner = await runtime.db.read(_kept, who, agent)
    return await keeping.store(runtime, who, whose, body, owner=owner)


async def get(runtime: Runtime, who: Principal, agent: str, secret_id: str) -> SecretOut:
    """One secret of an agent, without its value."""
    whose, _ = await runtime.db.read(_kept, who, agent)
    return await keeping.get(runtime, who, whose, secret_id)


async def replace(
    runtime: Runtime, who: Principal, agent: str, secret_id: str, body: SecretPatch
) -> SecretOut:
    """Give a secret another value, as its next version."""
    whose, _ = await runtime.db.read(_kept, who, agent)
    return await keeping.replace(runtime, who, whose, secret_id, body)


async def remove(runtime: Runtime, who: Principal, agent: str, secret_id: str) -> None:
    """Take a secret out of use; its value is gone."""
    whose, _ = await runtime.db.read(_kept, who, agent)
    await keeping.remove(runtime, who, whose, secret_id)


async def value(runtime: Runtime, who: Principal, agent: str, key: str) -> SecretValue:
    """A secret in clear, for its owner and administrators; the reading is recorded."""
    whose, _ = await runtime.db.read(_kept, who, agent)
    return SecretValue(key=key, value=await vault.get(runtime, who, whose.place(key)))


async def use(
    runtime: Runtime, who: Principal, agent_id: str, names: Iterable[str], *, run: str
) -> dict[str, str]:
    """The values of an agent's secrets, for a tool that runs in its name.

    Only the agent's own are looked at, never the caller's: whoever wrote the agent decides where
    its tools send them.

    Raises:
        NotFound: it has none of a name.
    """
    return await keeping.use(runtime, who, of(agent_id), names, run=run)


def of(agent_id: str) -> Whose:
    """Where the secrets of an agent stand."""
    return Whose(scope=SecretScope.AGENT, subject=agent_id)


def _kept(session: Session, who: Principal, name: str) -> tuple[Whose, str]:
    """An agent's place in the vault, and whose its secrets are.

    Raises:
        NotFound: there is no such agent, or it is somebody else's.
    """
    agent = queries.get(session, who, name)
    authorize(who, Action.INTEGRATE, owner=agent.owner_id)
    return of(agent.id), agent.owner_id
