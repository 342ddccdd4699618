"""HTTP clients for tests, each with the cookies of one customer."""

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
    """Return the name and value of the customer's visitor cookie."""
    response = remember(HttpResponse(), RequestFactory().get("/"), customer)
    return {"name": COOKIE, "value": response.cookies[COOKIE].value}


def fields_of(response):
    """Return the fields that the page's checkout posts, without any changes."""
    context = response.context
    rows = context["rows"]
    fields = {"quote": context["quote"].token, "seen_quote": context["seen_quote"]}
    if shown := context["form"].shown_terms:
        fields["terms_version"] = str(shown.id)
    for row in rows:
        if row["options"]:
            fields[f"concession-{row['line'].place}"] = str(row["chosen"] or "")
    return fields


def filled_in(response, **changes):
    """Return the fields that the page's checkout posts with name, e-mail and terms filled in."""
    typed = {"email": "Alice@example.org", "name": "Alice Archer", "terms": "on"}
    return fields_of(response) | typed | changes
