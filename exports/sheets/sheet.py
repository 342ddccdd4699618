"""The definition of a sheet: rows of one model, and their columns."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Model, QuerySet

from accounts.models import User
from bookings.access import may_see_contacts

# Marks a column with customers' e-mail addresses, which need a permission.
CONTACT = "contact"

# Rows per query. Server-side cursors would not survive a transaction-pooling connection pool.
CHUNK = 2000


@dataclass(frozen=True)
class Sheet:
    """A sheet. `cells` returns a row's cells; `prepare` loads what they need for many rows.

    `needs` is a permission required besides viewing the rows; `contacts` are the indexes of the
    columns with customers' e-mail addresses.
    """

    name: str
    title: str
    model: Any  # A model class.
    headings: list
    cells: Callable[[Model], list]
    prepare: Callable[[QuerySet], QuerySet]
    needs: str = ""
    contacts: frozenset = frozenset()

    def can_be_exported_by(self, user: User | None) -> bool:
        """Return whether the user may export, and may view such rows in the admin."""
        if user is None or not (user.is_active and user.is_staff):
            return False
        if not user.has_perm("exports.add_export") or (
            self.needs and not user.has_perm(self.needs)
        ):
            return False
        name = f"{self.model._meta.app_label}.%s_{self.model._meta.model_name}"
        return user.has_perm(name % "view") or user.has_perm(name % "change")

    def includes_contacts_for(self, user: User) -> bool:
        """Return whether the user's file of this sheet has customers' e-mail addresses."""
        return bool(self.contacts) and may_see_contacts(user)

    def without_contacts(self, cells: list[Any]) -> list[Any]:
        return [cell for number, cell in enumerate(cells) if number not in self.contacts]


def sheet_of(*, columns: list[Any], **fields: Any) -> Sheet:
    """Return a Sheet of columns (heading, function that returns the cell of a row).

    A third item, `CONTACT`, marks those with customers' e-mail addresses.
    """
    cell_functions = [cell for _heading, cell, *_mark in columns]
    return Sheet(
        headings=[heading for heading, _cell, *_mark in columns],
        contacts=frozenset(
            number for number, (*_column, mark) in enumerate(columns) if mark == CONTACT
        ),
        cells=lambda row: [cell(row) for cell in cell_functions],
        **fields,
    )


def table_of(sheet: Sheet, rows: QuerySet[Any], *, with_contacts: bool) -> Iterator[list[Any]]:
    """Yield the headings, then the cells of each row in primary-key order.

    Without `with_contacts`, the columns with customers' e-mail addresses are left out. Rows are
    read in chunks, without a transaction; rows added meanwhile are left out.
    """
    shown = list if with_contacts else sheet.without_contacts
    yield shown([str(heading) for heading in sheet.headings])
    chosen = sheet.model.objects.filter(pk__in=rows.order_by().values("pk"))
    last = chosen.aggregate(last=Max("pk"))["last"]
    after = 0
    while last is not None and after < last:
        chunk = sheet.prepare(chosen.filter(pk__gt=after, pk__lte=last)).order_by("pk")[:CHUNK]
        for row in chunk:
            yield shown(sheet.cells(row))
            after = row.pk
        if len(chunk) < CHUNK:
            return
