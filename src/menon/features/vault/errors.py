"""What may go wrong in the vault."""

from menon.core.errors import NotConfigured


class VaultLocked(NotConfigured):
    """The secret needs another vault key; set MENON_VAULT__PREVIOUS_KEY to that one."""
