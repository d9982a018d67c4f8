"""What may go wrong between us and others."""

from menon.core.errors import ExternalError


class CircuitOpen(ExternalError):
    """The host failed several times in a row and is left alone; wait as Retry-After says."""

    status = 503
