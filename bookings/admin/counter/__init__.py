"""The pages on which staff sell at the counter and by phone."""
