"""Settings of accounts."""

from typing import ClassVar

from menon.core.auth import Role
from menon.core.settings import Section, setting


class AccountsSettings(Section):
    """How people sign in, and for how long."""

    name: ClassVar[str] = "accounts"

    registration: bool = setting(True, "Let strangers create an account for themselves.")
    registration_role: Role = setting(Role.VIEWER, "The role of those who register themselves.")
    access_seconds: int = setting(3600, "Life of an access token in seconds.", ge=60, le=86_400)
    refresh_days: int = setting(30, "Life of a refresh token in days.", ge=1, le=365)
    session_days: int = setting(14, "Life of a cookie session in days.", ge=1, le=365)
    login_window_minutes: int = setting(15, "Time over which failed logins count.", ge=1)
    login_failures_account: int = setting(
        10, "Failed logins of one account in the window before 429 is answered.", ge=1
    )
    login_failures_address: int = setting(
        50, "Failed logins from one address in the window before 429 is answered.", ge=1
    )
    registrations_address: int = setting(
        20, "Registrations from one address in the window before 429 is answered.", ge=1
    )
    keys_per_user: int = setting(100, "API keys that one user may have.", ge=1)
    hash_memory_kib: int = setting(65_536, "Memory of one argon2id hash in KiB.", ge=8)
    hash_rounds: int = setting(3, "Rounds of one argon2id hash.", ge=1)
    hash_threads: int = setting(2, "Passwords that are hashed at the same time.", ge=1, le=64)
