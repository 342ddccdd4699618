"""Embedded PostgreSQL and Redis, and `make run`: for trying Concert out and for its tests."""
