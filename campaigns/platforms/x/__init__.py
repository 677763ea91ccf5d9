"""X, through its v2 API."""
