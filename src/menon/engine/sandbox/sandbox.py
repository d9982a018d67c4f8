"""Running code that nobody has read."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from menon.core.errors import InvalidInput, SandboxUnavailable
from menon.engine.sandbox.outcome import Limits, Outcome
from menon.engine.sandbox.running import Job, carry_out, checked, packed
from menon.engine.sandbox.selftest import Verdict, verdict
from menon.engine.sandbox.settings import SandboxSettings
from menon.engine.sandbox.view import View, view
from menon.engine.sandbox.walls import ALL, Walls

_MAIN = "main.py"


class Sandbox:
    """Runs programs confined, in the strongest way that holds on this machine.

    Args:
        settings: limits, and what is shown to the code.
        hidden: places that must not be shown, such as the data directory.
        candidates: the ways to try, from the strongest on.
    """

    def __init__(
        self,
        settings: SandboxSettings | None = None,
        *,
        hidden: Sequence[Path] = (),
        candidates: Sequence[Walls] = ALL,
    ) -> None:
        self.settings = settings or SandboxSettings()
        self.limits = Limits.of(self.settings)
        self._hidden = tuple(hidden)
        wanted = self.settings.tier
        self._candidates = tuple(w for w in candidates if wanted in {"auto", w.tier})
        self._free = asyncio.Semaphore(self.settings.concurrent)

    async def run(
        self,
        command: Sequence[str] | str,
        *,
        files: Mapping[str, bytes] | None = None,
        workdir: Path | None = None,
        environment: Path | None = None,
        read_only: Sequence[Path] = (),
        environ: Mapping[str, str] | None = None,
        limits: Limits | None = None,
        loopback: bool = False,
    ) -> Outcome:
        """Run a program in an empty folder of its own, and tell how that went.

        Cancelling this ends everything that the run has started.

        Args:
            command: words, of which `python` as the first is the environment's; or Python code.
            files: what lies in the folder, by path.
            workdir: a folder whose files lie there too, as copies.
            environment: a virtual environment instead of the one of the settings.
            read_only: more places that may be read, under their own paths.
            environ: variables besides those of every run; nothing else is inherited.
            limits: instead of those of the settings.
            loopback: it may open sockets to itself, if `Outcome.loopback` then says so.

        Raises:
            SandboxUnavailable: it was not run.
            InvalidInput: there is no command, a file has an impossible name, or they are too large.
        """
        if not command:
            raise InvalidInput("There is no command to run.")
        limits = limits or self.limits
        given = await asyncio.to_thread(packed, workdir, limits) if workdir else {}
        given = {**given, **(files or {})}
        if isinstance(command, str):
            given[_MAIN] = command.encode(errors="surrogatepass")
            command = ("python", "-I", "-u", "-B", "-X", "utf8", _MAIN)
        job = Job(
            command=tuple(command),
            limits=limits,
            files=checked(given, limits),
            environ=environ or {},
            loopback=loopback,
        )
        walls = (await self.verdict()).walls
        seen = await self._view(environment, read_only)
        async with self._free:
            return await carry_out(job, seen, walls)

    async def verdict(self) -> Verdict:
        """What holds here, found once in a process by trying, and what was wrong with the rest.

        Raises:
            SandboxUnavailable: none do, or the operator wants none.
        """
        if not self._candidates:
            raise SandboxUnavailable(
                "Running generated code is switched off;"
                " an operator can allow it with MENON_SANDBOX__TIER=auto."
            )
        seen = await self._view(None, ())
        return await asyncio.to_thread(verdict, seen, self._candidates)

    async def _view(self, environment: Path | None, read_only: Sequence[Path]) -> View:
        chosen = environment or self.settings.environment
        more = (*self.settings.read_only, *read_only)
        return await asyncio.to_thread(view, chosen, more, hidden=self._hidden)
