"""The transaction log, the audit of the sale's rules, and the retention of personal data."""
