"""What every route is made of."""

from menon.core.http.listing import Int64, Listing, Page, PageQuery, PathText, Wire
from menon.core.http.routes import Address, AppRuntime, Routes, Who

__all__ = [
    "Address",
    "AppRuntime",
    "Int64",
    "Listing",
    "Page",
    "PageQuery",
    "PathText",
    "Routes",
    "Who",
    "Wire",
]
