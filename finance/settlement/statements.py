"""Calculate, issue and print settlements."""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core.spreadsheets import to_xlsx
from shows.models import Performance

from ..exceptions import CannotSettle
from ..ledger_seals import export_chain, seal_ledger
from ..models import Settlement
from .box_office import Figures, figures_of
from .deals import Deal, Result, settle
from .statement_pdf import statement_pdf, statement_rows

ZERO = Decimal(0)


@dataclass(frozen=True)
class Statement:
    """A settlement with its figures. `heads` are the ends of the sealed chains that they cover."""

    settlement: Settlement
    performances: list[Performance]
    figures: Figures
    result: Result
    heads: dict[str, str]
    number: int


def work_out(settlement: Settlement) -> Statement:
    """Return the statement as of now, from the sealed transaction log alone.

    Seals what is not sealed yet. Raises CannotSettle unless the performances are of one show and
    one currency.
    """
    settlement.refresh_from_db()
    performances = list(
        settlement.performances.select_related("show", "venue").order_by("starts_at", "pk")
    )
    check_performances(performances)
    settlement.covers = sorted(performance.pk for performance in performances)
    seal_ledger()
    heads: dict[str, str] = {}
    figures = figures_of(_entries(performances, heads))
    earlier = Settlement.objects.of_same_performances(settlement).exclude(pk=settlement.pk)
    result = settle(
        figures=figures,
        deal=Deal(
            kind=settlement.deal,
            guarantee=settlement.guarantee,
            percentage=settlement.percentage,
            threshold=settlement.threshold,
            keeps_fees=settlement.keeps_fees,
        ),
        charges=settlement.charges,
        deductions=deductions_of(settlement),
        advances=settlement.advances,
        settled_before=earlier.aggregate(total=Sum("to_pay"))["total"] or ZERO,
    )
    return Statement(
        settlement=settlement,
        performances=performances,
        figures=figures,
        result=result,
        heads=heads,
        number=earlier.count() + 1,
    )


def issue(*, settlement: Settlement, by: User) -> Settlement:
    """Freeze the figures, the PDF and the heads of the log. An issued settlement never changes.

    Locks the settlement. Raises CannotSettle if it was issued before, or another one of the same
    performances at the same moment.
    """
    statement = work_out(settlement)
    pdf = statement_pdf(statement, issued_at=timezone.now())
    try:
        with transaction.atomic(durable=True):
            locked = Settlement.objects.drafts().select_for_update().filter(pk=settlement.pk)
            if not locked.exists():
                raise CannotSettle(_("This settlement has already been issued."))
            locked.update(
                status=Settlement.Status.ISSUED,
                issued_at=timezone.now(),
                issued_by=by,
                covers=settlement.covers,
                number=statement.number,
                figures=_as_json(statement),
                heads=statement.heads,
                to_pay=statement.result.to_pay,
                currency=statement.figures.currency,
                pdf=pdf,
                xlsx=to_xlsx(statement_rows(statement)),
                pdf_sha256=hashlib.sha256(pdf).hexdigest(),
            )
    except IntegrityError as error:
        if "settlement_number_is_used_once" not in str(error):
            raise
        raise CannotSettle(
            _("Another settlement of these performances has just been issued. Please try again.")
        ) from error
    settlement.refresh_from_db()
    return settlement


def check_performances(performances: Collection[Performance]) -> None:
    """Raise CannotSettle unless there are performances, all of one show and one currency."""
    if not performances:
        raise CannotSettle(_("Choose at least one performance."))
    if len({performance.show_id for performance in performances}) > 1:
        raise CannotSettle(_("All performances of a settlement belong to one show."))
    if len({performance.currency for performance in performances}) > 1:
        raise CannotSettle(_("All performances of a settlement have one currency."))


def deductions_of(settlement: Settlement) -> list[tuple[str, Decimal]]:
    """Return the deductions as (text, amount)."""
    return [(text, Decimal(amount)) for text, amount in settlement.deductions]


def _entries(performances: list[Performance], heads: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the sealed entries of the performances; put the ends of their chains into `heads`."""
    for performance in performances:
        for line in export_chain(performance.pk):
            heads[str(performance.pk)] = f"{line['position']}:{line['hash']}"
            entry: Any = line["entry"]
            yield entry


def _as_json(statement: Statement) -> dict[str, Any]:
    """Return figures and result as JSON, amounts as text."""
    figures, result = asdict(statement.figures), asdict(statement.result)
    figures["kept"] = statement.figures.kept
    return {"figures": _texts(figures), "result": _texts(result)}


def _texts(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict):
        return {key: _texts(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_texts(item) for item in value]
    return value
