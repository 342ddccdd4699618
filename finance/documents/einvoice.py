"""Write the content of an invoice or credit note as XML.

The format is UN/CEFACT Cross Industry Invoice with the terms of EN 16931, which Factur-X and
ZUGFeRD 2 embed in a PDF (profile EN 16931). Comments name the business terms of the standard (BT).
"""

from datetime import date
from decimal import Decimal

from lxml import etree

from .content import Content, Kind, Line, Party, Tax

PROFILE = "urn:cen.eu:en16931:2017"
RAM = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
RSM = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
UDT = "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"
QDT = "urn:un:unece:uncefact:data:standard:QualifiedDataType:100"
# UNTDID 1001.
TYPES = {Kind.INVOICE: "380", Kind.CREDIT_NOTE: "381"}
# UNTDID 4461: how it was paid, or is to be paid.
UNDEFINED, CASH, TRANSFER, BANK_CARD, SEPA_TRANSFER, ONLINE = "1", "10", "30", "48", "58", "68"
MEANS = {"cash": CASH, "transfer": TRANSFER, "terminal": BANK_CARD}
PIECE = "C62"  # UN/ECE Recommendation 20: one.


def to_xml(content: Content) -> bytes:
    """Return the XML of an invoice or credit note, in UTF-8."""
    root = etree.Element(
        f"{{{RSM}}}CrossIndustryInvoice",
        nsmap={"rsm": RSM, "ram": RAM, "udt": UDT, "qdt": QDT},
    )
    _context(root)
    _header(root, content)
    trade = _add(root, "rsm:SupplyChainTradeTransaction")
    for number, line in enumerate(content.lines, start=1):
        _line(trade, number, line)
    _agreement(trade, content)
    delivery = _add(trade, "ram:ApplicableHeaderTradeDelivery")
    event = _add(delivery, "ram:ActualDeliverySupplyChainEvent")
    _date(_add(event, "ram:OccurrenceDateTime"), content.supplied_on)  # BT-72
    _settlement(trade, content)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _context(root: etree._Element) -> None:
    context = _add(root, "rsm:ExchangedDocumentContext")
    guideline = _add(context, "ram:GuidelineSpecifiedDocumentContextParameter")
    _add(guideline, "ram:ID", PROFILE)  # BT-24


def _header(root: etree._Element, content: Content) -> None:
    header = _add(root, "rsm:ExchangedDocument")
    _add(header, "ram:ID", content.number)  # BT-1
    _add(header, "ram:TypeCode", TYPES[Kind(content.kind)])  # BT-3
    _date(_add(header, "ram:IssueDateTime"), content.issued_on)  # BT-2
    if content.note:
        _add(_add(header, "ram:IncludedNote"), "ram:Content", content.note)  # BT-22


def _line(trade: etree._Element, number: int, line: Line) -> None:
    item = _add(trade, "ram:IncludedSupplyChainTradeLineItem")
    _add(_add(item, "ram:AssociatedDocumentLineDocument"), "ram:LineID", str(number))  # BT-126
    product = _add(item, "ram:SpecifiedTradeProduct")
    _add(product, "ram:Name", line.text)  # BT-153
    if line.detail:
        _add(product, "ram:Description", line.detail)  # BT-154
    price = _add(_add(item, "ram:SpecifiedLineTradeAgreement"), "ram:NetPriceProductTradePrice")
    # The net price of all pieces together, so that rounding it cannot change their sum.
    _add(price, "ram:ChargeAmount", _amount(line.net))  # BT-146
    _add(price, "ram:BasisQuantity", str(line.quantity), unitCode=PIECE)  # BT-149
    delivery = _add(item, "ram:SpecifiedLineTradeDelivery")
    _add(delivery, "ram:BilledQuantity", str(line.quantity), unitCode=PIECE)  # BT-129
    settlement = _add(item, "ram:SpecifiedLineTradeSettlement")
    tax = _add(settlement, "ram:ApplicableTradeTax")
    _add(tax, "ram:TypeCode", "VAT")
    _add(tax, "ram:CategoryCode", category_of(line.rate, line.exemption))  # BT-151
    _add(tax, "ram:RateApplicablePercent", _rate(line.rate))  # BT-152
    sums = _add(settlement, "ram:SpecifiedTradeSettlementLineMonetarySummation")
    _add(sums, "ram:LineTotalAmount", _amount(line.net))  # BT-131


def _agreement(trade: etree._Element, content: Content) -> None:
    agreement = _add(trade, "ram:ApplicableHeaderTradeAgreement")
    _party(_add(agreement, "ram:SellerTradeParty"), content.seller)
    if content.buyer is not None:
        _party(_add(agreement, "ram:BuyerTradeParty"), content.buyer)
    order = _add(agreement, "ram:SellerOrderReferencedDocument")
    _add(order, "ram:IssuerAssignedID", content.order)  # BT-14


def _party(node: etree._Element, party: Party) -> None:
    if party.tax_number and not party.vat_id:
        # A seller without a VAT number is identified by another one (BR-CO-26).
        _add(node, "ram:ID", party.tax_number)  # BT-29
    _add(node, "ram:Name", party.name)  # BT-27, BT-44
    if party.contact:
        contact = _add(node, "ram:DefinedTradeContact")
        _add(contact, "ram:PersonName", party.contact)  # BT-56
    address = _add(node, "ram:PostalTradeAddress")
    if party.postcode:
        _add(address, "ram:PostcodeCode", party.postcode)  # BT-38, BT-53
    streets = party.street.splitlines()[:3]  # BT-35 and 36, BT-50 and 51, and one more
    for name, street in zip(("One", "Two", "Three"), streets, strict=False):
        _add(address, f"ram:Line{name}", street)
    if party.city:
        _add(address, "ram:CityName", party.city)  # BT-37, BT-52
    _add(address, "ram:CountryID", party.country)  # BT-40, BT-55
    # BT-32, BT-31, BT-48
    for scheme, identifier in (("FC", party.tax_number), ("VA", party.vat_id)):
        if identifier:
            registration = _add(node, "ram:SpecifiedTaxRegistration")
            _add(registration, "ram:ID", identifier, schemeID=scheme)


def _settlement(trade: etree._Element, content: Content) -> None:
    settlement = _add(trade, "ram:ApplicableHeaderTradeSettlement")
    _add(settlement, "ram:PaymentReference", content.order)  # BT-83
    _add(settlement, "ram:InvoiceCurrencyCode", content.currency)  # BT-5
    _means(settlement, content)
    for tax in content.taxes:
        _tax(settlement, tax)
    _terms(settlement, content)
    sums = _add(settlement, "ram:SpecifiedTradeSettlementHeaderMonetarySummation")
    _add(sums, "ram:LineTotalAmount", _amount(content.net))  # BT-106
    _add(sums, "ram:TaxBasisTotalAmount", _amount(content.net))  # BT-109
    # BT-110
    _add(sums, "ram:TaxTotalAmount", _amount(content.tax), currencyID=content.currency)
    _add(sums, "ram:GrandTotalAmount", _amount(content.gross))  # BT-112
    paid = content.gross if content.is_paid else Decimal(0)
    _add(sums, "ram:TotalPrepaidAmount", _amount(paid))  # BT-113
    _add(sums, "ram:DuePayableAmount", _amount(content.gross - paid))  # BT-115
    if content.corrects:
        corrected = _add(settlement, "ram:InvoiceReferencedDocument")
        _add(corrected, "ram:IssuerAssignedID", content.corrects)  # BT-25
        if content.corrects_date:
            formatted = _add(corrected, "ram:FormattedIssueDateTime")  # BT-26
            day = content.corrects_date
            _add(formatted, "qdt:DateTimeString", f"{day:%Y%m%d}", format="102")


def _means(settlement: etree._Element, content: Content) -> None:
    code = _means_code(content)
    means = _add(settlement, "ram:SpecifiedTradeSettlementPaymentMeans")
    _add(means, "ram:TypeCode", code)  # BT-81
    if code in (TRANSFER, SEPA_TRANSFER):
        account = _add(means, "ram:PayeePartyCreditorFinancialAccount")
        _add(account, "ram:IBANID", content.seller.iban)  # BT-84


def _means_code(content: Content) -> str:
    if content.pay_by:
        return SEPA_TRANSFER if content.currency == "EUR" else TRANSFER
    if not content.is_paid:
        return UNDEFINED
    code = MEANS.get(content.method, ONLINE)
    return UNDEFINED if code == TRANSFER and not content.seller.iban else code


def _terms(settlement: etree._Element, content: Content) -> None:
    """Write until when an unpaid invoice is to be paid; or why a credit note leaves it unpaid."""
    if content.is_paid:
        return
    terms = _add(settlement, "ram:SpecifiedTradePaymentTerms")
    if content.pay_by:
        _date(_add(terms, "ram:DueDateDateTime"), content.pay_by)  # BT-9
    else:
        _add(terms, "ram:Description", content.note)  # BT-20


def _tax(settlement: etree._Element, tax: Tax) -> None:
    node = _add(settlement, "ram:ApplicableTradeTax")
    _add(node, "ram:CalculatedAmount", _amount(tax.tax))  # BT-117
    _add(node, "ram:TypeCode", "VAT")
    if tax.exemption:
        _add(node, "ram:ExemptionReason", tax.exemption)  # BT-120
    _add(node, "ram:BasisAmount", _amount(tax.net))  # BT-116
    _add(node, "ram:CategoryCode", category_of(tax.rate, tax.exemption))  # BT-118
    _add(node, "ram:RateApplicablePercent", _rate(tax.rate))  # BT-119


def category_of(rate: Decimal, exemption: str) -> str:
    """Return the VAT category (UNTDID 5305): standard or reduced, exempt, or zero-rated."""
    if rate:
        return "S"
    return "E" if exemption else "Z"


def _date(node: etree._Element, day: date) -> None:
    _add(node, "udt:DateTimeString", f"{day:%Y%m%d}", format="102")


def _amount(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _rate(rate: Decimal) -> str:
    """Return a percentage with at least two decimals, and more where it has them."""
    return f"{rate:.2f}" if rate == round(rate, 2) else f"{rate.normalize():f}"


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    prefix, _colon, local = name.partition(":")
    node = etree.SubElement(parent, f"{{{parent.nsmap[prefix]}}}{local}", attributes)
    if text:
        node.text = "".join(letter for letter in text if letter.isprintable() or letter == "\n")
    return node
