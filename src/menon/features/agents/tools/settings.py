"""Settings of declared tools."""

from typing import ClassVar

from menon.core.settings import Section, setting


class ToolSettings(Section):
    """How many tools people may declare, and how much one import may bring."""

    name: ClassVar[str] = "tools"

    declared: int = setting(1000, "Tools that one user may declare.", ge=1)
    imported: int = setting(100, "Tools that one import may make.", ge=1, le=1000)
    document_bytes: int = setting(
        8_388_608, "Largest OpenAPI document that is fetched, in bytes.", ge=1024
    )
