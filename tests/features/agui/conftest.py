"""AG-UI over a real socket, read by the protocol's own types."""

from tests.fixtures.wires import acts, fake, overrides, runtime

__all__ = ["acts", "fake", "overrides", "runtime"]
