"""The menus of actions in the admin: what cannot be undone comes last, below the line."""

from django.contrib import admin

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


def test_issuing_an_invoice_is_irreversible():
    page = next(p for m, p in admin.site._registry.items() if m.__name__ == "Order")
    assert page.issue_invoice.attrs == IRREVERSIBLE
