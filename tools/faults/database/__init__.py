"""The project's database engine, which can be stopped on either side of a COMMIT."""
