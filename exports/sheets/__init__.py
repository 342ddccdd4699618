"""The sheets that can be exported from the admin's lists."""

from django.db.models import Model

from accounts.models import User

from .catalogue import FIGURES, PERFORMANCES, SHOWS, VENUES
from .payments import PAYMENTS, REFUNDS
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
    """Return the sheets of this model that the user may export."""
    return [
        sheet
        for sheet in SHEETS.values()
        if sheet.model is model and sheet.can_be_exported_by(user)
    ]


def sheets_for(user: User | None) -> list[str]:
    """Return the names of the sheets whose rows the user may export."""
    return [sheet.name for sheet in SHEETS.values() if sheet.can_be_exported_by(user)]


__all__ = ["SHEETS", "Sheet", "sheets_for", "sheets_of", "table_of"]
