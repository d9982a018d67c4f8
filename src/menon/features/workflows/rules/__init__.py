"""What workflows mean: reading, checking, drawing and walking a definition. All pure."""
