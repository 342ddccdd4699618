"""The accountant's export: every movement of a month as a journal line on two accounts."""
