"""The help page and imprint of the demo data."""

QUESTIONS = {
    "en": [
        (
            "How do I get my tickets?",
            "By e-mail, right after you have paid. You can also download them under"
            " [My bookings](/orders/). Show the code on your phone or printed.",
        ),
        (
            "Can I cancel or change tickets?",
            "Yes, until the time shown in your order. You see the refund before you confirm."
            " See [Refunds](/refunds/).",
        ),
        (
            "I need a wheelchair space. How do I book it?",
            "Wheelchair spaces are marked on the seating plan. The companion seat beside it is"
            " booked with it.",
        ),
    ],
    "de": [
        (
            "Wie bekomme ich meine Tickets?",
            "Per E-Mail, sobald Sie bezahlt haben. Sie finden sie auch unter"
            " [Meine Buchungen](/orders/). Zeigen Sie den Code auf dem Telefon oder gedruckt.",
        ),
        (
            "Kann ich Tickets stornieren oder ändern?",
            "Ja, bis zu dem Zeitpunkt, der in Ihrer Bestellung steht. Den Erstattungsbetrag sehen"
            " Sie, bevor Sie bestätigen. Siehe [Erstattungen](/refunds/).",
        ),
        (
            "Ich brauche einen Rollstuhlplatz. Wie buche ich ihn?",
            "Rollstuhlplätze sind im Saalplan gekennzeichnet. Der Begleitplatz daneben wird"
            " zusammen mit ihm gebucht.",
        ),
    ],
}
IMPRINT = """Northlight Presents Ltd

2 Castle Wynd

Edinburgh EH1 2NG

## {contact}

{email}: boxoffice@northlight.example

{phone}: +44 131 496 0123

VAT: GB980780684
"""
WORDS = {
    "en": {"contact": "Contact", "email": "E-mail", "phone": "Phone"},
    "de": {"contact": "Kontakt", "email": "E-Mail", "phone": "Telefon"},
}
# The blanks of the sample of the accessibility statement, in their order.
ACCESSIBILITY = {
    "en": [
        "We know of nothing. The report tells what was checked, and what a person still has to "
        "judge.",
        "boxoffice@northlight.example",
        "+44 131 496 0123",
        "two",
        "the Equality Advisory and Support Service",
        "1 September 2026",
        "an automated check, whose report is linked below",
    ],
    "de": [
        "Uns ist nichts bekannt. Der Bericht zeigt, was geprüft wurde und was noch eine Person "
        "beurteilen muss.",
        "boxoffice@northlight.example",
        "+44 131 496 0123",
        "zwei",
        "den Equality Advisory and Support Service",
        "1. September 2026",
        "einer automatischen Prüfung, deren Bericht unten verlinkt ist",
    ],
}
