"""What every request and every run stands on."""
