"""The e-mails of the sale: orders, reminders and the monthly e-mails."""

from . import monthly_content, orders  # noqa: F401  Registers their renderers.
