"""The venue's bank account: statements with what was transferred to it and from it."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from xml.sax.saxutils import escape

from finance.bank.importing import import_statement
from payments.models import Payout, Refund

STATEMENT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>
<Acct><Id><IBAN>DE02120300000000202051</IBAN></Id></Acct>{entries}
</Stmt></BkToCstmrStmt></Document>"""
ENTRY = """
<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>{reference}</AcctSvcrRef><NtryDtls><TxDtls>
<RltdPties><{party}><Pty><Nm>{name}</Nm></Pty></{party}></RltdPties>
<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"""


@dataclass
class BankAccount:
    """What was transferred and is on no statement yet."""

    entries: list[str] = field(default_factory=list)
    payouts: set[str] = field(default_factory=set)
    refunds: set[int] = field(default_factory=set)
    count: int = 0

    def receive(self, *, amount: Decimal, currency: str, text: str, payer: str, on: date) -> None:
        """Add a transfer."""
        self._add("CRDT", "Dbtr", amount, currency, text, payer, on)

    def send_refunds(self, today: date) -> None:
        """Add the refunds that staff transferred: those by transfer, and of closed cards."""
        made = Refund.objects.accepted().exclude(paid_out_by="").filter(sent_at__date__lte=today)
        for refund in made.exclude(payment__provider__in=["cash", "terminal"]):
            if refund.pk not in self.refunds:
                self.refunds.add(refund.pk)
                payment = refund.payment
                text = f"Refund {payment.purpose}"
                self._add(
                    "DBIT", "Cdtr", refund.amount, payment.currency, text, "A customer", today
                )

    def _add(
        self,
        direction: str,
        party: str,
        amount: Decimal,
        currency: str,
        text: str,
        name: str,
        on: date,
    ) -> None:
        self.count += 1
        self.entries.append(
            ENTRY.format(
                direction=direction,
                party=party,
                amount=f"{amount:.2f}",
                currency=currency,
                text=escape(text),
                name=escape(name),
                day=on.isoformat(),
                reference=f"B{self.count}",
            )
        )

    def receive_payouts(self, today: date) -> None:
        """Add the payouts that have arrived by today."""
        arrived = Payout.objects.filter(status="paid", arrives_on__lte=today, amount__gt=0)
        for payout in arrived.filter(bank_line=None):
            if payout.provider_reference not in self.payouts:
                self.payouts.add(payout.provider_reference)
                self.receive(
                    amount=payout.amount,
                    currency=payout.currency,
                    text=f"{payout.provider} {payout.bank_reference}",
                    payer=payout.provider.capitalize(),
                    on=payout.arrives_on or today,
                )

    def import_statement(self) -> None:
        """Import a statement of all that came since the last one."""
        if self.entries:
            content = STATEMENT.format(entries="".join(self.entries)).encode()
            import_statement(file_name="account.xml", content=content, imported_by="staff:1")
            self.entries = []
