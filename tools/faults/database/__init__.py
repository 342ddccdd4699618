"""The project's database engine, with breakpoints before and after each COMMIT."""
