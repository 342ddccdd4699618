"""Settle the year's performances with their promoters, and check the statements from the log."""

import json
from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from accounts.models import User
from finance.ledger_seals import export_chain
from finance.models import Settlement
from finance.settlement.statements import issue
from tools import verify_ledger

from .programme import Seats

# One for each deal, in turn: (deal, guarantee, percentage, threshold).
DEALS = [
    ("flat", "2500.00", "0", "0"),
    ("percentage", "0", "72.5", "0"),
    ("versus", "1000.00", "60", "0"),
    ("plus", "500.00", "50", "2000.00"),
]


def settle_performances(programme: list[Seats], *, by: User) -> list[Settlement]:
    """Issue a settlement for each performance; return them."""
    issued = []
    for number, seats in enumerate(programme):
        deal, guarantee, percentage, threshold = DEALS[number % len(DEALS)]
        draft = Settlement.objects.create(
            promoter=seats.performance.show.promoter.name,
            deal=deal,
            guarantee=Decimal(guarantee),
            percentage=Decimal(percentage),
            threshold=Decimal(threshold),
            charges=Decimal("12.34"),
            advances=Decimal("100.00"),
            deductions=[["Hotel", "240.00"]],
        )
        draft.performances.set([seats.performance])
        issued.append(issue(settlement=draft, by=by))
    return issued


def problems_of_settlements(programme: list[Seats]) -> Iterator[str]:
    """Yield where an issued statement does not follow from the exported log."""
    for seats in programme:
        performance = seats.performance.pk
        settlement = Settlement.objects.issued().get(covers=[performance])
        head = verify_ledger.parse_head(settlement.heads[str(performance)])
        lines = (json.dumps(line) for line in export_chain(performance))
        try:
            entries, _last = verify_ledger.verify(lines, head)
        except verify_ledger.Broken as error:
            yield f"The log of performance {performance}: {error}"
            continue
        if differs := _difference(settlement, entries[: head[0]]):
            yield f"Settlement {settlement.pk}: {differs}"


def _difference(settlement: Settlement, entries: list[dict[str, Any]]) -> str:
    """Return how the verifier's settlement differs from the issued one, or ""."""
    terms = SimpleNamespace(
        deal=settlement.deal,
        guarantee=settlement.guarantee,
        percentage=settlement.percentage,
        threshold=settlement.threshold,
        charges=settlement.charges,
        advances=settlement.advances,
        deduction=[Decimal(amount) for _text, amount in settlement.deductions],
        settled_before=Decimal(0),
        keeps_fees=settlement.keeps_fees,
    )
    found = verify_ledger.settlement(entries, terms)
    issued = settlement.figures["result"]
    pairs = {
        "tickets": (found["tickets"], settlement.figures["figures"]["tickets"]),
        "gross": (found["gross"], Decimal(issued["gross"])),
        "net": (found["net"], Decimal(issued["net_box_office"])),
        "to pay": (found["to pay"], settlement.to_pay),
    }
    wrong = [
        f"{name} {one}, issued {other}" for name, (one, other) in pairs.items() if one != other
    ]
    return "; ".join(wrong)
