"""Products made by arranging features."""
