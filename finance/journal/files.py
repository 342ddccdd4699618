"""The journal as files: CSV for any program, and the columns of DATEV's Buchungsstapel.

The columns follow DATEV's public description of the format (developer.datev.de, "DATEV-Format",
Buchungsstapel, header version 700, format version 13). No file has been certified by DATEV, or
imported into one of its programs.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.spreadsheets import to_csv
from organisation.models import Seller

from ..exceptions import OtherCurrencyInJournal, SeveralSellers
from ..models import JournalSettings
from .month import JournalLine

ENCODING = "cp1252"
# The characters allowed in a document number.
NOT_IN_DOCUMENT = re.compile(r"[^A-Za-z0-9$&%*+\-/]")
INFORMATION = [
    name for number in range(1, 21)
    for name in (f"Zusatzinformation - Art {number}", f"Zusatzinformation- Inhalt {number}")
]  # fmt: skip
COLUMNS = [
    "Umsatz (ohne Soll/Haben-Kz)", "Soll/Haben-Kennzeichen", "WKZ Umsatz", "Kurs", "Basis-Umsatz",
    "WKZ Basis-Umsatz", "Konto", "Gegenkonto (ohne BU-Schlüssel)", "BU-Schlüssel", "Belegdatum",
    "Belegfeld 1", "Belegfeld 2", "Skonto", "Buchungstext", "Postensperre",
    "Diverse Adressnummer", "Geschäftspartnerbank", "Sachverhalt", "Zinssperre", "Beleglink",
    *[name for number in range(1, 9)
      for name in (f"Beleginfo - Art {number}", f"Beleginfo - Inhalt {number}")],
    "KOST1 - Kostenstelle", "KOST2 - Kostenstelle", "Kost-Menge",
    "EU-Land u. UStID (Bestimmung)", "EU-Steuersatz (Bestimmung)", "Abw. Versteuerungsart",
    "Sachverhalt L+L", "Funktionsergänzung L+L", "BU 49 Hauptfunktionstyp",
    "BU 49 Hauptfunktionsnummer", "BU 49 Funktionsergänzung", *INFORMATION, "Stück", "Gewicht",
    "Zahlweise", "Forderungsart", "Veranlagungsjahr", "Zugeordnete Fälligkeit", "Skontotyp",
    "Auftragsnummer", "Buchungstyp", "USt-Schlüssel (Anzahlungen)", "EU-Land (Anzahlungen)",
    "Sachverhalt L+L (Anzahlungen)", "EU-Steuersatz (Anzahlungen)", "Erlöskonto (Anzahlungen)",
    "Herkunft-Kz", "Buchungs GUID", "KOST-Datum", "SEPA-Mandatsreferenz", "Skontosperre",
    "Gesellschaftername", "Beteiligtennummer", "Identifikationsnummer", "Zeichnernummer",
    "Postensperre bis", "Bezeichnung SoBil-Sachverhalt", "Kennzeichen SoBil-Buchung",
    "Festschreibung", "Leistungsdatum", "Datum Zuord. Steuerperiode", "Fälligkeit",
    "Generalumkehr (GU)", "Steuersatz", "Land", "Abrechnungsreferenz", "BVV-Position",
    "EU-Land u. UStID (Ursprung)", "EU-Steuersatz (Ursprung)", "Abw. Skontokonto",
]  # fmt: skip


def journal_csv(lines: Iterable[JournalLine]) -> bytes:
    """Return the journal as CSV, for any program."""
    head = [
        _("Date"), _("Account"), _("Contra account"), _("Tax code"), _("Amount"), _("Currency"),
        _("Document number"), _("Text"), _("Tax rate"), _("Seller"),
    ]  # fmt: skip
    rows: list[list[Any]] = [head]
    for one in lines:
        rows.append(
            [one.day, one.account, one.contra, one.tax_code, one.amount, one.currency,
             one.document, one.text, one.rate, one.seller]
        )  # fmt: skip
    return to_csv(rows)


def journal_datev(lines: Sequence[JournalLine], month: date, seller: Seller | None = None) -> bytes:
    """Return the journal in the columns of DATEV's Buchungsstapel.

    Raises OtherCurrencyInJournal unless all lines are in euros, and SeveralSellers unless they are
    of one seller: each has a client number, and so a file, of its own.
    """
    if len({line.seller for line in lines}) > 1:
        raise SeveralSellers
    if others := {line.currency for line in lines} - {"EUR"}:
        raise OtherCurrencyInJournal(sorted(others))
    rows = [_header(lines, month, seller), COLUMNS, *[_row(line) for line in lines]]
    quoted = [_quoted_header(rows[0]), ";".join(COLUMNS), *[_quoted_row(row) for row in rows[2:]]]
    return "".join(f"{row}\r\n" for row in quoted).encode(ENCODING, "replace")


def _header(lines: Sequence[JournalLine], month: date, seller: Seller | None) -> list[str]:
    settings = JournalSettings.objects.first() or JournalSettings()
    first = month.replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    begins = date(first.year, settings.year_begins_in, 1)
    if begins > first:
        begins = begins.replace(year=begins.year - 1)
    length = max((len(line.account) for line in lines), default=4)
    client = (seller and seller.datev_client) or settings.client
    made = datetime.now(timezone.get_default_timezone())
    return [
        "EXTF", "700", "21", "Buchungsstapel", "13", f"{made:%Y%m%d%H%M%S}000", "", "", "", "",
        str(settings.consultant), str(client), f"{begins:%Y%m%d}", str(length),
        f"{first:%Y%m%d}", f"{last:%Y%m%d}", f"Concert {first:%m/%Y}", "", "1", "0", "0", "EUR",
        "", "", "", "", "", "", "", "", "",
    ]  # fmt: skip


def _row(line: JournalLine) -> list[str]:
    row = dict.fromkeys(COLUMNS, "")
    row |= {
        "Umsatz (ohne Soll/Haben-Kz)": _amount(line.amount),
        "Soll/Haben-Kennzeichen": "S",
        "WKZ Umsatz": line.currency,
        "Konto": line.account,
        "Gegenkonto (ohne BU-Schlüssel)": line.contra,
        "BU-Schlüssel": line.tax_code,
        "Belegdatum": f"{line.day:%d%m}",
        "Belegfeld 1": NOT_IN_DOCUMENT.sub("", line.document)[:36],
        "Buchungstext": " ".join(line.text.split()),
    }
    return list(row.values())


def _quoted_header(cells: Sequence[str]) -> str:
    texts = {0, 3, 7, 8, 9, 16, 17, 21, 23, 26, 30}
    return ";".join(_quote(cell) if n in texts else cell for n, cell in enumerate(cells))


def _quoted_row(cells: Sequence[str]) -> str:
    numbers = {0, 3, 4, 6, 7, 9}
    return ";".join(
        cell if n in numbers or not cell else _quote(cell) for n, cell in enumerate(cells)
    )


def _quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _amount(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")
