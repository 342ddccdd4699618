"""What a sheet is: rows of one model, and what is told of each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Model, QuerySet

from accounts.models import User
from bookings.contacts import may_see_contacts

# Marks a column that only those see who may see customers' e-mail addresses.
CONTACT = "contact"

# So many rows are read with one query, whatever stands behind the database (a pool of connections
# keeps no cursor open between transactions).
CHUNK = 2000


@dataclass(frozen=True)
class Sheet:
    """`cells` makes a row's cells; `prepare` loads with many rows what their cells need.

    `needs` is a permission beside seeing the rows; `contacts` are the numbers of the columns with
    customers' e-mail addresses.
    """

    name: str
    title: str
    model: Any  # A model class.
    headings: list
    cells: Callable[[Model], list]
    prepare: Callable[[QuerySet], QuerySet]
    needs: str = ""
    contacts: frozenset = frozenset()

    def may_be_had_by(self, user: User | None) -> bool:
        """Whether the user may export at all, and may see such rows in the admin."""
        if user is None or not (user.is_active and user.is_staff):
            return False
        if not user.has_perm("exports.add_export") or (
            self.needs and not user.has_perm(self.needs)
        ):
            return False
        name = f"{self.model._meta.app_label}.%s_{self.model._meta.model_name}"
        return user.has_perm(name % "view") or user.has_perm(name % "change")

    def shows_contacts_to(self, user: User) -> bool:
        """Whether the user's file of this sheet has customers' e-mail addresses in it."""
        return bool(self.contacts) and may_see_contacts(user)

    def without_contacts(self, cells: list[Any]) -> list[Any]:
        return [cell for number, cell in enumerate(cells) if number not in self.contacts]


def sheet_of(*, columns: list[Any], **facts: Any) -> Sheet:
    """Return a Sheet whose columns are given as (heading, what makes the cell of a row).

    A third part, `CONTACT`, marks those with customers' e-mail addresses.
    """
    makers = [cell for _heading, cell, *_mark in columns]
    return Sheet(
        headings=[heading for heading, _cell, *_mark in columns],
        contacts=frozenset(
            number for number, (*_column, mark) in enumerate(columns) if mark == CONTACT
        ),
        cells=lambda row: [cell(row) for cell in makers],
        **facts,
    )


def table_of(sheet: Sheet, rows: QuerySet[Any], *, with_contacts: bool) -> Iterator[list[Any]]:
    """Yield the headings, then the cells of each of the rows in the order of their keys.

    Without `with_contacts`, the columns with customers' e-mail addresses are left out. Chunk by
    chunk: what comes into being meanwhile is left out, and nothing is held.
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
