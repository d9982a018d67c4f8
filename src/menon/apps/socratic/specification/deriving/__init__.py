"""How each part of a specification is made of an interview."""
