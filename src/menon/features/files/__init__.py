"""Files: uploads on disk, named by what they hold."""
