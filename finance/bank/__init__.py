"""Bank statements: reading, importing and matching them with orders."""
