"""Test support for all apps, loaded by the top-level `conftest.py`."""
