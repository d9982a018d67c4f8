"""argon2id in threads of its own: a hash takes tens of milliseconds and must not stop the loop."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from menon.core.runtime import Runtime
from menon.features.accounts.settings import AccountsSettings
from menon.kit.ids import new_token
from menon.kit.text import clean


class Passwords:
    """Hashes and verifies; `verify` costs the same whether the user exists or not."""

    def __init__(self, how: AccountsSettings) -> None:
        hasher = Argon2Hasher(
            time_cost=how.hash_rounds, memory_cost=how.hash_memory_kib, parallelism=1
        )
        self._hash = PasswordHash((hasher,))
        self._pool = ThreadPoolExecutor(how.hash_threads, thread_name_prefix="password")
        self._dummy = self._pool.submit(self._hash.hash, new_token())

    async def hash(self, password: str) -> str:
        """The hash to store."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._hash.hash, clean(password))

    async def verify(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        """Whether the password fits, and a fresh hash where the stored one has an old cost.

        With None for an unknown user a hash of nothing that anybody knows is verified instead.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._verify, clean(password), stored)

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)

    def _verify(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        try:
            fits, fresh = self._hash.verify_and_update(password, stored or self._dummy.result())
        except UnknownHashError:
            return False, None
        return (fits, fresh) if stored else (False, None)


@contextlib.asynccontextmanager
async def open_passwords(runtime: Runtime) -> AsyncGenerator[Passwords]:
    """The hasher of this process."""
    passwords = Passwords(runtime.settings[AccountsSettings])
    try:
        yield passwords
    finally:
        passwords.close()
