"""argon2id in threads of its own: a hash takes tens of milliseconds and must not stop the loop."""

import asyncio
import contextlib
from base64 import b64encode
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from secrets import token_bytes

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from menon.core.runtime import Runtime
from menon.features.accounts.settings import AccountsSettings
from menon.kit.text import clean

_VERSION = 19
"""Of Argon2: 1.3, that of RFC 9106."""


class Passwords:
    """Hashes and verifies; `verify` costs the same whether the user exists or not."""

    def __init__(self, how: AccountsSettings) -> None:
        hasher = Argon2Hasher(
            time_cost=how.hash_rounds, memory_cost=how.hash_memory_kib, parallelism=1
        )
        self._hash = PasswordHash((hasher,))
        self._pool = ThreadPoolExecutor(how.hash_threads, thread_name_prefix="password")
        self._nobodys = nobodys(how)

    async def hash(self, password: str) -> str:
        """The hash to store."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._hash.hash, clean(password))

    async def verify(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        """Whether the password fits, and a fresh hash where the stored one has an old cost.

        With None for an unknown user, `nobodys` is verified instead.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._verify, clean(password), stored)

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)

    def _verify(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        try:
            fits, fresh = self._hash.verify_and_update(password, stored or self._nobodys)
        except UnknownHashError:
            return False, None
        return (fits, fresh) if stored else (False, None)


def nobodys(how: AccountsSettings) -> str:
    """A hash of nothing that anybody knows, which costs as much to verify as real ones.

    It is written down (in the PHC string format) and not made: that would take each start .2 s.
    """
    cost = f"m={how.hash_memory_kib},t={how.hash_rounds},p=1"
    salt, digest = (b64encode(token_bytes(size)).rstrip(b"=").decode() for size in (16, 32))
    return f"$argon2id$v={_VERSION}${cost}${salt}${digest}"


@contextlib.asynccontextmanager
async def open_passwords(runtime: Runtime) -> AsyncGenerator[Passwords]:
    """The hasher of this process."""
    passwords = Passwords(runtime.settings[AccountsSettings])
    try:
        yield passwords
    finally:
        passwords.close()
