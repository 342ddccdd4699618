"""Run an operation for a form, and show its refusal in the form."""

from collections.abc import Callable
from typing import Any

from core.exceptions import Refused


def run_or_add_error(
    operation: Callable[..., Any], *, form: Any, beside: str | None = None, **arguments: Any
) -> Any:
    """Run the operation with `arguments` and return its result.

    If the sale refuses, add the refusal to the form, at the field `beside` or above all fields, and
    return None.
    """
    try:
        return operation(**arguments)
    except Refused as refusal:
        form.add_error(beside, str(refusal))
        return None
