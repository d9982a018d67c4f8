from tests.fixtures.llm import fake, resolve, turn

__all__ = ["fake", "resolve", "turn"]
