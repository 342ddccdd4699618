"""Documents of an order: ticket PDFs, ticket codes, calendar files."""
