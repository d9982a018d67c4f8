"""A small lending desk: books, and who has them."""
