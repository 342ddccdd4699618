"""What can go wrong with the embedded servers, told so that it can be put right."""


class EmbeddedError(Exception):
    """A server cannot be had. The text says why, and what to do about it."""
