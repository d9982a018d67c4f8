"""Where processes start and parts are put together."""
