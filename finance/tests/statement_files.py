"""Factories of finance: bank statements as banks write them."""

from datetime import date

CAMT = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
DAY = date(2026, 11, 28)


def camt_entry(
    amount="90.00", text="", *, reference="", kind="CRDT", status="BOOK", payer="Alice", more=""
):
    details = more or camt_details(text=text, payer=payer)
    if kind == "DBIT":
        details = details.replace("Dbtr", "Cdtr")
    return f"""
    <Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{kind}</CdtDbtInd>
      <Sts><Cd>{status}</Cd></Sts><BookgDt><Dt>{DAY}</Dt></BookgDt>
      <AcctSvcrRef>{reference}</AcctSvcrRef>
      <NtryDtls>{details}</NtryDtls></Ntry>"""


def camt_details(*, text, payer="Alice", amount=""):
    amount = f'<Amt Ccy="EUR">{amount}</Amt>' if amount else ""
    return f"""<TxDtls>{amount}
        <RltdPties><Dbtr><Pty><Nm>{payer}</Nm></Pty></Dbtr>
          <DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct></RltdPties>
        <RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls>"""


def camt_file(*entries, namespace=CAMT, prolog=""):
    text = f"""<?xml version="1.0" encoding="UTF-8"?>{prolog}
    <Document xmlns="{namespace}"><BkToCstmrStmt><Stmt>
      <Acct><Id><IBAN>DE02120300000000202051</IBAN></Id></Acct>{"".join(entries)}
    </Stmt></BkToCstmrStmt></Document>"""
    return text.encode()


def mt940_file(*transfers):
    """Return a file with transfers of (amount, text, bank's reference)."""
    lines = "".join(
        f":61:2611281128CR{amount}NTRFNONREF//{reference}\r\n"
        f":86:166?00GUTSCHRIFT?20SVWZ+{text[:23]}?21{text[23:]}"
        "?31DE89370400440532013000?32Alice Archer\r\n"
        for amount, text, reference in transfers
    )
    text = (
        ":20:STARTUMS\r\n:25:12030000/202051\r\n:28C:1/1\r\n:60F:C261127EUR1000,00\r\n"
        f"{lines}:62F:C261128EUR1000,00\r\n-\r\n"
    )
    return text.encode("latin-1")
