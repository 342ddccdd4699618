"""Doing what a form asks for, which the sale may refuse."""

from collections.abc import Callable
from typing import Any

from core.exceptions import Refused


def run_or_add_error(
    operation: Callable[..., Any], *, form: Any, beside: str | None = None, **arguments: Any
) -> Any:
    """Do it and return what comes of it.

    If the sale refuses, return None: why stands in the form then, beside the field that is named or
    above all of them, and the form asks again.
    """
    try:
        return operation(**arguments)
    except Refused as refusal:
        form.add_error(beside, str(refusal))
        return None
