"""Projects and their teams: made, shown, handed out."""
