"""Tools that agents may be granted: installed, declared, imported, of tool servers."""
