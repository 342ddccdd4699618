"""Browsers for tests: each belongs to one customer."""

from django.http import HttpResponse
from django.test import Client, RequestFactory

from bookings.sale.customers import COOKIE, remember

HTMX = {"HTTP_HX_REQUEST": "true"}


def browser_of(customer, **options):
    """Return a client with the customer's cookie, logged in if the customer has an account."""
    client = Client(**options)
    client.cookies[COOKIE] = cookie_of(customer)["value"]
    if customer.user:
        client.force_login(customer.user)
    return client


def cookie_of(customer):
    """Return the name and value of the cookie by which the customer is known."""
    response = remember(HttpResponse(), RequestFactory().get("/"), customer)
    return {"name": COOKIE, "value": response.cookies[COOKIE].value}


def fields_of(response):
    """Return what the page's checkout would post if nothing more was typed."""
    context = response.context
    rows = context["rows"]
    fields = {"quote": context["quote"].token, "seen_quote": context["seen_quote"]}
    for row in rows:
        if row["options"]:
            fields[f"concession-{row['line'].place}"] = str(row["line"].concession_id or "")
    return fields


def filled_in(response, **changes):
    """Return what a customer would post who fills in the checkout of this page."""
    typed = {"email": "Alice@example.org", "name": "Alice Archer", "terms": "on"}
    return fields_of(response) | typed | changes
