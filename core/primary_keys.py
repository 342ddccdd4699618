"""Primary keys as a browser sends them, where anything can be forged."""

from collections.abc import Iterable

# More digits do not fit into a bigint, and Python refuses to read thousands of them.
MAX_DIGITS = 18


def parse_key(text: object) -> int | None:
    """Return a primary key sent as text, or None if it is not a whole number that can be one."""
    key = str(text)
    return int(key) if key.isascii() and key.isdigit() and len(key) <= MAX_DIGITS else None


def parse_keys(texts: Iterable[object]) -> list[int]:
    """Return the primary keys among texts, in their order."""
    return [key for key in map(parse_key, texts) if key is not None]
