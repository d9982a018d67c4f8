"""Wire shapes of knowledge."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from menon.core.http import Wire
from menon.features.knowledge.models import Visibility

Name = Annotated[str, Field(min_length=1, max_length=100)]
CollectionName = Annotated[
    str, Field(max_length=100, description="Id or slug; your own default collection when empty.")
]
Content = Annotated[str, Field(min_length=1, max_length=900_000)]
Query = Annotated[str, Field(min_length=1, max_length=10_000)]
Tags = Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=50)]
Metadata = Annotated[dict[str, Any], Field(max_length=100)]


class CollectionIn(Wire):
    """A new collection."""

    name: Name
    description: Annotated[str, Field(max_length=1000)] = ""
    visibility: Visibility = Visibility.PRIVATE


class CollectionPatch(Wire):
    """What changes of a collection; what is left out stays."""

    name: Name | None = None
    description: Annotated[str | None, Field(max_length=1000)] = None
    visibility: Visibility | None = None


class CollectionOut(Wire):
    """A collection with its counts."""

    id: str
    slug: str
    name: str
    description: str
    visibility: str
    is_mine: bool
    documents: int
    chunks: int
    space: str
    """The embedding space of its searches; empty when they go by words alone."""
    created_at: datetime
    updated_at: datetime


class ProgressOut(Wire):
    """How far a document is read."""

    done: int
    total: int | None
    note: str


class DocumentOut(Wire):
    """A document."""

    id: str
    collection_id: str
    collection: str
    """The name of its collection."""
    source: str
    source_type: str
    title: str
    media_type: str
    category: str
    tags: list[str]
    metadata: dict[str, Any]
    status: str
    error: dict[str, Any] | None
    progress: "ProgressOut | None"
    """Of the run that reads it, while it does."""
    version: int
    chunks: int
    size: int
    run_id: str | None
    is_mine: bool
    created_at: datetime
    updated_at: datetime


class ItemIn(Wire):
    """A document whose text comes with the request."""

    title: Annotated[str, Field(min_length=1, max_length=500)]
    content: Content
    collection: CollectionName = ""
    source: Annotated[str, Field(max_length=1000)] = ""
    category: Annotated[str, Field(max_length=100)] = ""
    tags: Tags = Field(default=[])
    metadata: Metadata = Field(default={})


class ItemPatch(Wire):
    """What changes of an item; another content becomes a new version."""

    title: Annotated[str | None, Field(min_length=1, max_length=500)] = None
    content: Content | None = None
    category: Annotated[str | None, Field(max_length=100)] = None
    tags: Tags | None = None
    metadata: Metadata | None = None
    version: Annotated[int | None, Field(ge=0, le=2**31)] = None


class ItemOut(DocumentOut):
    """A document with the text of its published version."""

    content: str
    pages: list[Any]
    space: str
    """The embedding space of its passages; empty where only words are searched."""


class VersionOut(Wire):
    """A version of a document."""

    number: int
    title: str
    media_type: str
    characters: int
    chunks: int
    is_current: bool
    created_by: str
    created_at: datetime
    published_at: datetime | None


class RelatedOut(Wire):
    """A document that says similar things."""

    document_id: str
    title: str
    source: str
    score: float


class IndexIn(Wire):
    """A document to index: its text, or the address to fetch it from."""

    content: Content | None = None
    url: Annotated[str | None, Field(min_length=1, max_length=2000)] = None
    title: Annotated[str, Field(max_length=500)] = ""
    source: Annotated[str, Field(max_length=1000)] = ""
    collection: CollectionName = ""
    category: Annotated[str, Field(max_length=100)] = ""
    tags: Tags = Field(default=[])
    metadata: Metadata = Field(default={})

    @model_validator(mode="after")
    def has_one_origin(self) -> "IndexIn":
        if (self.content is None) == (self.url is None):
            raise ValueError("send either content or url")
        return self


class UrlForm(Wire):
    """A page of the web, as its form sends it."""

    url: Annotated[str, Field(min_length=1, max_length=2000)]
    collection: CollectionName = ""


class NoteForm(Wire):
    """A note, as its form sends it."""

    title: Annotated[str, Field(min_length=1, max_length=500)]
    text: Content
    collection: CollectionName = ""


class SearchIn(Wire):
    """A question to the documents."""

    query: Query
    limit: Annotated[int, Field(ge=1, le=100)] = 10
    collection: CollectionName = ""
    filters: Annotated[
        Metadata,
        Field(
            description="Metadata that must match; `category`, `tags`, `source`, `title`,"
            " `media_type` and `document_id` too. A list means any of its values."
        ),
    ] = Field(default={})
    threshold: Annotated[float, Field(ge=-1, le=1)] = 0.0
    """Smallest cosine, for the semantic search."""


class Hit(Wire):
    """A passage that was found."""

    title: str
    source: str
    text: str
    score: float
    chunk_id: str
    document_id: str
    collection_id: str
    version: int
    span: tuple[int, int]
    heading: str
    found_by: list[Literal["words", "meaning"]]
    metadata: dict[str, Any]


class SearchOut(Wire):
    """The passages, best first."""

    items: list[Hit]
    next_cursor: str | None = None
    mode: Literal["hybrid", "lexical", "semantic"]
    """`lexical` where no embedding model is installed."""


class AnswerIn(Wire):
    """A question to be answered from the documents."""

    question: Query
    collection: CollectionName = ""
    filters: Metadata = Field(default={})
    model: Annotated[str | None, Field(max_length=200)] = None


class RagAnswer(Wire):
    """An answer that rests on passages."""

    answer: str
    citations: list[dict[str, Any]]
    model: str
    run_id: str


class ClassifyIn(Wire):
    """A text, or a document, to be put into a category."""

    content: Annotated[str | None, Field(min_length=1, max_length=900_000)] = None
    document_id: Annotated[str | None, Field(max_length=36)] = None
    categories: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=100)] = (
        Field(default=[])
    )
    apply: bool = False
    """Write the result to the document."""

    @model_validator(mode="after")
    def has_one_text(self) -> "ClassifyIn":
        if (self.content is None) == (self.document_id is None):
            raise ValueError("send either content or document_id")
        return self


class ClassifyOut(Wire):
    """A category and tags, with how sure that is."""

    category: str
    confidence: float
    alternatives: list[dict[str, Any]]
    tags: list[str]
    model: str


class CategoryOut(Wire):
    """A category; `path` has its parents, separated by `/`."""

    name: str
    path: str
    documents: int
    children: list["CategoryOut"] = Field(default=[])


class ReembedIn(Wire):
    """Which documents to embed again; all of your own when both are empty."""

    collection: CollectionName = ""
    document_ids: Annotated[list[str], Field(max_length=1000)] = Field(default=[])


class ReembedOut(Wire):
    """The runs that embed."""

    items: list[str]
    documents: int
    space: str
