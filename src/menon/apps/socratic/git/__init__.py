"""A project's repository: where it stands, and what people do with it."""
