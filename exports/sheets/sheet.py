"""What a sheet is: rows of one model, and what is told of each."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Max, Model, QuerySet

# So many rows are read with one query, whatever stands behind the database (a pool of connections
# keeps no cursor open between transactions).
CHUNK = 2000


@dataclass(frozen=True)
class Sheet:
    """`cells` makes a row's cells; `prepare` loads with many rows what their cells need."""

    name: str
    title: str
    model: type
    headings: list
    cells: Callable[[Model], list]
    prepare: Callable[[QuerySet], QuerySet]

    def may_be_had_by(self, user):
        """Whether the user may see such rows in the admin; then they may take them along."""
        if user is None or not (user.is_active and user.is_staff):
            return False
        name = f"{self.model._meta.app_label}.%s_{self.model._meta.model_name}"
        return user.has_perm(name % "view") or user.has_perm(name % "change")


def sheet_of(*, columns, **facts):
    """Return a Sheet whose columns are given as (heading, what makes the cell of a row)."""
    makers = [cell for _heading, cell in columns]
    return Sheet(
        headings=[heading for heading, _cell in columns],
        cells=lambda row: [cell(row) for cell in makers],
        **facts,
    )


def table_of(sheet, rows):
    """Yield the headings, then the cells of each of the rows in the order of their keys.

    Chunk by chunk: what comes into being meanwhile is left out, and nothing is held.
    """
    yield [str(heading) for heading in sheet.headings]
    chosen = sheet.model.objects.filter(pk__in=rows.order_by().values("pk"))
    last = chosen.aggregate(last=Max("pk"))["last"]
    after = 0
    while last is not None and after < last:
        chunk = sheet.prepare(chosen.filter(pk__gt=after, pk__lte=last)).order_by("pk")[:CHUNK]
        for row in chunk:
            yield sheet.cells(row)
            after = row.pk
        if len(chunk) < CHUNK:
            return
