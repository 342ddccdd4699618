"""Errors to insert into the data of a year, each of which has to be found by its name."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from bookings.ledger.audit import check_rules
from finance.reconciliation.problems import find_problems


@dataclass(frozen=True)
class PlantedError:
    """What somebody might do behind the operations' backs.

    `finders` are the rules of the audit, or the kinds of reconciliation tasks, of which each has to
    notice it.
    """

    title: str
    statement: str
    finders: tuple[str, ...]

    def is_found(self, found: list[str]) -> bool:
        return set(self.finders) <= set(found)


A_SALE = "(SELECT id FROM finance_tillentry WHERE kind = 'sale' AND method = 'cash' LIMIT 1)"
A_PAYOUT = (
    "(SELECT id FROM payments_payout WHERE status = 'paid' AND amount > 0 ORDER BY id LIMIT 1)"
)
A_LINE = (
    "(SELECT id FROM payments_payoutline WHERE kind = 'payment' AND payment_id IS NOT NULL"
    " ORDER BY id LIMIT 1)"
)
ONLINE = (
    "(SELECT id FROM payments_payment WHERE status = 'captured' AND provider = 'stripe' LIMIT 1)"
)
ERRORS = [
    PlantedError(
        "A payment belongs to no order",
        f"UPDATE payments_payment SET purpose = 'NOSUCH22' WHERE id = {ONLINE}",
        ("payment_has_outcome",),
    ),
    PlantedError(
        "A refund is recorded that the provider never made",
        f"""INSERT INTO payments_refund (payment_id, key, amount, reason, status, attempts, failure,
                                        sent_at)
            SELECT id, 'planted', 0.01, 'x', 'succeeded', 1, '', now() - interval '60 days'
            FROM payments_payment WHERE id = {ONLINE}""",
        ("log_money", "not_paid_out"),
    ),
    PlantedError(
        "A movement of a payout is a cent less",
        f"""UPDATE payments_payoutline SET gross = gross - 0.01, net = net - 0.01
            WHERE id = {A_LINE}""",
        ("other_amount", "payout_sum"),
    ),
    PlantedError(
        "A payout contains the payment of a stranger",
        f"UPDATE payments_payoutline SET payment_id = NULL WHERE id = {A_LINE}",
        ("unknown_line", "not_paid_out"),
    ),
    PlantedError(
        "The bank received a cent less than was paid out",
        f"""UPDATE finance_banktransfer SET amount = amount - 0.01 WHERE payout_id = {A_PAYOUT}""",
        ("bank_difference",),
    ),
    PlantedError(
        "A payout never arrived",
        f"""UPDATE finance_banktransfer SET status = 'ignored', reason = 'x', payout_id = NULL
            WHERE payout_id = {A_PAYOUT}""",
        ("not_on_account",),
    ),
    PlantedError(
        "A refund was never transferred",
        """UPDATE finance_bankdebit SET status = 'other', refund_id = NULL, decided_at = NULL
           WHERE id = (SELECT debit.id FROM finance_bankdebit debit
             JOIN payments_refund refund ON refund.id = debit.refund_id
             JOIN payments_payment payment ON payment.id = refund.payment_id
             WHERE payment.provider = 'transfer' LIMIT 1)""",
        ("no_refund",),
    ),
    PlantedError(
        "A till entry is a euro more",
        f"UPDATE finance_tillentry SET amount = amount + 1 WHERE id = {A_SALE}",
        ("cash_in_till", "till_balances"),
    ),
    PlantedError(
        "Cash was taken and not entered",
        f"DELETE FROM finance_tillentry WHERE id = {A_SALE}",
        ("cash_in_till", "till_balances"),
    ),
    PlantedError(
        "A ticket was sold for less than its order says",
        """UPDATE bookings_ticket SET price = price - 1
           WHERE id = (SELECT id FROM bookings_ticket WHERE price > 10 LIMIT 1)""",
        ("tickets_cost_what_was_sold",),
    ),
    PlantedError(
        "An invoice is missing",
        """DELETE FROM finance_documentrefund; DELETE FROM finance_documentfile;
           DELETE FROM finance_document WHERE sequence = 1""",
        ("document_numbers_have_no_gaps",),
    ),
]


def find_planted_errors() -> Iterator[tuple[PlantedError, list[str]]]:
    """Plant each error, look for it, and take it back; yield the error and what noticed it."""
    for error in ERRORS:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL session_replication_role = replica")
                cursor.execute(error.statement)
                cursor.execute("SET LOCAL session_replication_role = origin")
            found = {finding.rule for finding in check_rules()}
            found |= {str(problem.kind) for problem in find_problems()}
            transaction.set_rollback(True)
        yield error, sorted(found)
