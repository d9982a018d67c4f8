"""What each database searches with: FTS5 tables, or pgvector and a tsvector."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQLITE_UP = (
    "CREATE VIRTUAL TABLE chunk_words USING fts5("
    "scope, title, text, grams, content='', tokenize='porter unicode61')",
    "CREATE VIRTUAL TABLE chunk_terms USING fts5vocab(chunk_words, 'row')",
)
SQLITE_DOWN = ("DROP TABLE chunk_terms", "DROP TABLE chunk_words")

POSTGRES_UP = (
    "CREATE EXTENSION IF NOT EXISTS vector",
    "ALTER TABLE chunk ADD COLUMN embedding halfvec(384)",
    "ALTER TABLE chunk ADD COLUMN words tsvector",
    "CREATE INDEX ix_chunk_words ON chunk USING gin (words)",
    "CREATE INDEX ix_chunk_collection_id ON chunk (collection_id)",
    "CREATE INDEX ix_chunk_embedding ON chunk USING hnsw (embedding halfvec_ip_ops)",
)
POSTGRES_DOWN = (
    "DROP INDEX ix_chunk_embedding",
    "DROP INDEX ix_chunk_collection_id",
    "DROP INDEX ix_chunk_words",
    "ALTER TABLE chunk DROP COLUMN words",
    "ALTER TABLE chunk DROP COLUMN embedding",
)


def upgrade() -> None:
    _run(SQLITE_UP, POSTGRES_UP)


def downgrade() -> None:
    _run(SQLITE_DOWN, POSTGRES_DOWN)


def _run(sqlite: tuple[str, ...], postgres: tuple[str, ...]) -> None:
    for statement in sqlite if op.get_bind().dialect.name == "sqlite" else postgres:
        op.execute(statement)
