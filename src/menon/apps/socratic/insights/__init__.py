"""What can be said of a project as it stands: how far, how sound, what next."""
