"""Knowledge: collections of documents, their versions, and search with citations."""
