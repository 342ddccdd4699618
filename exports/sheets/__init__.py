"""The sheets that can be had of the house's lists."""

from django.db.models import Model

from accounts.models import User

from .money import PAYMENTS, REFUNDS
from .programme import FIGURES, PERFORMANCES, SHOWS, VENUES
from .sale import ATTENDEES, ORDERS, TRANSACTIONS
from .sheet import Sheet, table_of

SHEETS = {
    sheet.name: sheet
    for sheet in [
        ORDERS,
        ATTENDEES,
        TRANSACTIONS,
        PAYMENTS,
        REFUNDS,
        VENUES,
        SHOWS,
        PERFORMANCES,
        FIGURES,
    ]
}


def sheets_of(model: type[Model], user: User | None) -> list[Sheet]:
    """Those sheets of a model's rows that the user may have."""
    return [
        sheet for sheet in SHEETS.values() if sheet.model is model and sheet.may_be_had_by(user)
    ]


def sheets_for(user: User | None) -> list[str]:
    """The names of those sheets whose rows the user may see."""
    return [sheet.name for sheet in SHEETS.values() if sheet.may_be_had_by(user)]


__all__ = ["SHEETS", "Sheet", "sheets_for", "sheets_of", "table_of"]
