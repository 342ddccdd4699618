"""Keys of refunds: they name what is refunded, in at most so many characters as are stored."""

import hashlib

# Characters of a shortened key. A refund that is made in parts adds the order's reference and the
# number of the part to it; `Refund.key` has room for both.
LONGEST = 60
DIGEST_BYTES = 16


def shorten_key(name: str) -> str:
    """Return the key of the refund with this name.

    The end of a long name is replaced by a digest of the whole: names that differ anywhere have
    different keys.
    """
    if len(name) <= LONGEST:
        return name
    digest = hashlib.blake2b(name.encode(), digest_size=DIGEST_BYTES).hexdigest()
    return f"{name[: LONGEST - len(digest) - 1]}~{digest}"
