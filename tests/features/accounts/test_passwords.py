"""What is verified where nobody has the name that was given."""

from argon2 import extract_parameters

from menon.core.runtime import Runtime
from menon.features.accounts.service.passwords import Passwords, nobodys
from menon.features.accounts.settings import AccountsSettings


async def test_nobodys_hash_costs_what_a_real_one_does(runtime: Runtime) -> None:
    real = await runtime[Passwords].hash("correct horse battery staple")
    written = nobodys(runtime.settings[AccountsSettings])
    assert extract_parameters(written) == extract_parameters(real)
    assert len(written) == len(real)


async def test_nobody_has_a_password(runtime: Runtime) -> None:
    assert await runtime[Passwords].verify("correct horse battery staple", None) == (False, None)
