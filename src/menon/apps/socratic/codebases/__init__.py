"""Generated code: made durably, kept, proved, scanned, shown."""
