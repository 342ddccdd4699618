"""Actions in the admin: what cannot be undone comes last, in menus below the line."""

import pytest
from django.contrib import admin
from django.test import RequestFactory

from accounts.tests.factories import make_user
from core.admin.confirmation import IRREVERSIBLE


def menus():
    """Return, for each admin with a menu of actions, whether each of its entries is irreversible.

    Every action is included, as a superuser sees the menu.
    """
    found = {}
    for model, page in admin.site._registry.items():
        bars = [
            page._get_actions_navigation(page.actions_detail, page._get_base_actions_detail(), "1"),
            page._get_actions_navigation(page.actions_list, page._get_base_actions_list()),
        ]
        for entry in (entry for bar in bars for entry in bar if "items" in entry):
            found[model.__name__, entry["title"]] = [
                item["attrs"] == IRREVERSIBLE for item in entry["items"]
            ]
    return found


def test_irreversible_actions_come_last_in_every_menu():
    found = menus()
    assert {("Order", "Actions"), ("Performance", "Actions")} <= set(found)
    for where, marks in found.items():
        assert marks == sorted(marks), where


def test_irreversible_buttons_come_last_on_every_page():
    found = set()
    for model, page in admin.site._registry.items():
        for names, actions in (
            (page.actions_detail, page._get_base_actions_detail()),
            (page.actions_list, page._get_base_actions_list()),
        ):
            pk = "1" if names is page.actions_detail else None
            bar = page._get_actions_navigation(names, actions, pk)
            marks = [entry.get("attrs") == IRREVERSIBLE for entry in bar]
            assert marks == sorted(marks), model
            found |= {
                (model.__name__, str(bar[n]["title"])) for n, mark in enumerate(marks) if mark
            }
    assert {
        ("LegalText", "Publish"),
        ("Settlement", "Issue"),
        ("BankTransfer", "Assign to order"),
        ("BankTransfer", "Send back"),
        ("BankTransfer", "Ignore"),
    } <= found


@pytest.mark.django_db
def test_irreversible_actions_of_every_list_are_a_group_of_their_own():
    request = RequestFactory().get("/")
    request.user = make_user("boss@example.org", is_superuser=True, is_staff=True)
    groups = {}
    for model, page in admin.site._registry.items():
        last = page.get_action_choices(request)[-1]
        if last[0] == "Cannot be undone":
            groups[model.__name__] = {name for name, _text in last[1]}
    assert groups["Order"] == {"cancel_chosen"}
    assert groups["Refund"] == {"mark_refunded", "withdraw"}
    assert groups["Hold"] == {"release"} and groups["ApiKey"] == {"revoke"}
    assert "delete_or_archive" in groups["Show"] and "delete_selected" in groups["User"]


def test_issuing_an_invoice_is_irreversible():
    page = next(p for m, p in admin.site._registry.items() if m.__name__ == "Order")
    assert page.issue_invoice.attrs == IRREVERSIBLE
