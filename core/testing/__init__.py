"""What the tests of every room share. Loaded by the `conftest.py` at the top."""
