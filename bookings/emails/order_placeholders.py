"""Placeholders that staff can use in texts of e-mails about orders."""

from django.utils.translation import gettext_lazy as _

from emails.placeholders import Placeholder, offer_placeholders

ORDER = (
    Placeholder("name", _("The customer’s name"), "order.name"),
    Placeholder("show", _("Title of the show"), "show.title"),
    Placeholder("date", _("Date and time of the performance"), "starts"),
    Placeholder("day", _("Day of the performance, short"), "day"),
    Placeholder("venue", _("Name of the venue"), "performance.venue.name"),
    Placeholder("order", _("Order number"), "order.reference"),
    Placeholder("order_link", _("The customer’s link to the order"), "order_url", is_link=True),
)
_COUNT = Placeholder("tickets", _("Number of tickets"), "tickets|length")
_AMOUNT = Placeholder("amount", _("Amount of the refund"), "amount")

TICKETS = (*ORDER, _COUNT)
TRANSFER = (
    *ORDER,
    Placeholder("until", _("When the reservation ends"), "until"),
    Placeholder("until_day", _("Day on which the reservation ends, short"), "until_day"),
)

offer_placeholders("order_confirmation", *TICKETS)
offer_placeholders("payment_returned", *ORDER, _AMOUNT)
offer_placeholders("tickets_cancelled", *TICKETS, _AMOUNT)
offer_placeholders("partial_refund", *ORDER, _AMOUNT)
offer_placeholders("tickets_moved", *TICKETS)
offer_placeholders("tickets_changed", *TICKETS)
offer_placeholders("performance_cancelled", *ORDER, _AMOUNT)
offer_placeholders(
    "performance_rescheduled",
    *ORDER,
    Placeholder("previous_date", _("Date and time before the change"), "before"),
)
offer_placeholders("order_reserved", *TRANSFER)
offer_placeholders("reservation_extended", *TRANSFER)
offer_placeholders(
    "payment_link", *TRANSFER[:-1], Placeholder("amount", _("Amount to pay"), "amount")
)
offer_placeholders("payment_reminder", *TRANSFER)
offer_placeholders("reservation_lapsed", *ORDER)
offer_placeholders("reminder", *TICKETS, Placeholder("time", _("Time of the performance"), "time"))
