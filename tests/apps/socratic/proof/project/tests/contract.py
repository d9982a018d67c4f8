"""How the contract check signs in."""


def headers(app: object, turn: int) -> dict[str, str]:
    """Headers of somebody who may do everything."""
    return {"Authorization": "Bearer desk"}
