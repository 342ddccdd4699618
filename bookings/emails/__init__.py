"""E-mails of the sale: about orders, reminders, the monthly newsletter and sales report."""

from . import monthly_content, orders, renamed_seats  # noqa: F401  Registers their renderers.
