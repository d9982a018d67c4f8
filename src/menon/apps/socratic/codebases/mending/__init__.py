"""What a model mends where the gates refuse, in rounds."""
