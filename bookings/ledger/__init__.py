"""The transaction log, the audit of every rule, and what is forgotten when its time has come."""
