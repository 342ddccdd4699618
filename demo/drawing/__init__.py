"""Drawing posters and houses for the demo world; always the same for a seed."""
