"""One file each: a family of types and how its text is found."""
