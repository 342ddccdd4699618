"""The transaction log is sealed by hash chains; what is changed, removed or forged is found."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from bookings.aftersale.cancellation import cancel_tickets
from bookings.ledger.audit import audit
from bookings.ledger.recording import record
from bookings.models import LedgerEntry
from bookings.tests.factories import make_hold, make_paid_order, make_sale
from core.testing.races import losers, race, winners
from finance.ledger_seals import START, entry_data, export_chain, next_hash, seal_ledger
from finance.models import LedgerSeal
from tools import verify_ledger

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def order():
    order = make_paid_order(hold=make_hold(performance=make_sale(), labels=["A1", "A3"]))
    first = order.tickets.order_by("pk").first()
    cancel_tickets(order=order, ticket_ids=[first.pk], actor="staff:1", by_staff=True)
    return order


@pytest.fixture
def lines(order):
    seal_ledger()
    return [json.dumps(line) for line in export_chain(order.performance_id)]


def test_every_entry_is_sealed_once_in_the_chain_of_its_performance(order):
    other = make_sale()
    assert seal_ledger() == LedgerEntry.objects.count()
    assert seal_ledger() == 0
    for performance in (order.performance, other):
        entries = LedgerEntry.objects.filter(performance=performance).order_by("pk")
        seals = list(LedgerSeal.objects.filter(performance=performance.pk))
        assert [seal.entry for seal in seals] == [entry.pk for entry in entries]
        assert [seal.position for seal in seals] == list(range(1, len(seals) + 1))
        previous = START
        for entry, seal in zip(entries, seals, strict=True):
            previous = next_hash(previous, entry_data(entry))
            assert seal.hash == previous
    assert audit() == []


def test_an_entry_that_is_committed_late_is_sealed_after_its_followers(order):
    """Its number is lower, and it was not visible when the others were sealed."""
    late = LedgerEntry.objects.order_by("-pk").first()
    data = {"kind": "note", "performance_id": order.performance_id, "actor": "system"}
    LedgerEntry.objects.create(pk=late.pk + 2, **data)
    seal_ledger()
    LedgerEntry.objects.create(pk=late.pk + 1, **data)
    assert seal_ledger() == 1
    last = LedgerSeal.objects.filter(performance=order.performance_id).last()
    assert last.entry == late.pk + 1
    assert verify_ledger.verify([json.dumps(line) for line in export_chain(last.performance)])


def test_many_sealers_make_one_chain(order):
    for number in range(20):
        record("note", performance_id=order.performance_id, actor="system", places=[number])
    outcomes = race(*[seal_ledger] * 4)
    assert losers(outcomes, AssertionError) == []
    seal_ledger()
    assert sum(winners(outcomes)) <= LedgerSeal.objects.count() == LedgerEntry.objects.count()
    assert audit() == []


def test_without_the_lock_sealers_collide(order, monkeypatch):
    """The control: the database then refuses the fork."""
    monkeypatch.setattr("finance.ledger_seals.try_lock_name", lambda name: True)
    for number in range(200):
        record("note", performance_id=order.performance_id, actor="system", places=[number])
    outcomes = race(*[seal_ledger] * 4)
    assert losers(outcomes, IntegrityError)


def test_the_verifier_computes_the_figures_anew(lines):
    entries, (position, _head) = verify_ledger.verify(lines)
    assert position == len(lines)
    sold, cancelled, money = verify_ledger.figures(entries)
    assert (sold, cancelled) == (2, 1)
    assert (money["EUR", "payment"], money["EUR", "refund"]) == (90, -45)


def changed(lines, number, **fields):
    line = json.loads(lines[number])
    line["entry"] |= fields
    return [*lines[:number], json.dumps(line), *lines[number + 1 :]]


def made_anew(lines):
    """The chain of other entries, with valid hashes."""
    previous, result = START, []
    for position, text in enumerate(lines, start=1):
        entry = json.loads(text)["entry"] | {"actor": "nobody"}
        previous = next_hash(previous, entry)
        result.append(json.dumps({"position": position, "hash": previous, "entry": entry}))
    return result


@pytest.mark.parametrize(
    ("tamper", "message"),
    [
        (lambda lines: changed(lines, -1, amount="1.00"), "was changed"),
        (lambda lines: changed(lines, 2, at="2026-01-01T00:00:00.000000+00:00"), "was changed"),
        (lambda lines: lines[:1] + lines[2:], "Position 2 is missing"),
        (lambda lines: lines[1:], "Position 1 is missing"),
        (lambda lines: [lines[0], *lines], "Position 2 is missing"),
        (lambda lines: [lines[1], lines[0], *lines[2:]], "Position 1 is missing"),
        (lambda lines: lines[:-1], "entries are missing"),
        (made_anew, "made anew"),
        (lambda lines: [*lines[:-1], "{"], "cannot be read"),
        (lambda lines: [*lines[:-1], "[]"], "cannot be read"),
    ],
)
def test_whatever_is_tampered_with_is_found(lines, tamper, message):
    _entries, head = verify_ledger.verify(lines)
    with pytest.raises(verify_ledger.Broken, match=message):
        verify_ledger.verify(tamper(lines), head)


def test_the_command_and_the_verifier_work_together(order, tmp_path):
    file = tmp_path / "ledger.jsonl"
    with file.open("w") as out:
        call_command("boxoffice", "export-ledger", order.performance_id, stdout=out)
    verifier = Path(settings.BASE_DIR) / "tools/verify_ledger.py"
    good = subprocess.run([sys.executable, "-I", verifier, file], capture_output=True, text=True)
    assert good.returncode == 0 and "EUR: paid 90.00, refunded 45.00, net 45.00" in good.stdout
    file.write_text(file.read_text().replace('"90.00"', '"80.00"', 1))
    bad = subprocess.run([sys.executable, "-I", verifier, file], capture_output=True, text=True)
    assert bad.returncode == 1 and "BROKEN" in bad.stdout


@pytest.mark.parametrize(
    "query", ["UPDATE finance_ledgerseal SET hash = ''", "DELETE FROM finance_ledgerseal"]
)
def test_seals_never_change(lines, query):
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(query)


@pytest.mark.parametrize(
    ("constraint", "position"), [("ledger_chain_does_not_fork", 1), ("ledger_chain_starts_at", 0)]
)
def test_positions_that_make_no_sense_are_refused(lines, order, constraint, position):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        LedgerSeal.objects.create(
            entry=-1, performance=order.performance_id, position=position, hash=""
        )


def test_the_audit_finds_what_was_never_sealed_and_what_is_gone(lines, order):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE finance_ledgerseal DISABLE TRIGGER seals_are_append_only")
        cursor.execute("DELETE FROM finance_ledgerseal WHERE position = 2")
        cursor.execute("ALTER TABLE finance_ledgerseal ENABLE TRIGGER seals_are_append_only")
    LedgerEntry.objects.create(
        performance_id=order.performance_id, kind="note", actor="system", at="2026-01-01T00:00Z"
    )
    assert {finding.rule for finding in audit()} == {"ledger_is_sealed", "seal_has_entry"}
