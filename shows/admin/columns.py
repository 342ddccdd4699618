"""Columns of lists in the admin whose rows belong to performances."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.choice_labels import choice_label


@display(description=_("performance"), ordering="performance", empty_value="–")
def performance_column(row: Any) -> str | None:
    """Return the performance with its venue, as in choices; lists select both with the row."""
    return choice_label(row.performance) if row.performance else None
