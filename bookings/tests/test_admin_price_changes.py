"""Change prices in the admin: preview old and new prices, then change and log them."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.models import LedgerEntry
from bookings.staff_operations import price_changes
from shows.models import PriceCategory
from shows.tests.factories import make_show

from .factories import make_performance, make_plan, seated

pytestmark = pytest.mark.django_db

CHANGE = {
    "confirmed": "yes",
    "categories": ["Stalls", "Circle"],
    "way": "percent",
    "number": "10",
    "step": "0.50",
    "fee_follows": "yes",
    "reason": "A second season",
}


def staff(role=Role.MANAGER):
    browser = Client()
    browser.force_login(make_staff(role))
    return browser


def make_reprice_sale(**fields):
    sections = [seated(name=name, category=name, rows=1) for name in ("Stalls", "Circle")]
    prices = {"Stalls": (45, 5), "Circle": (30, 3)}
    return make_performance(plan=make_plan(sections=sections), prices=prices, **fields)


def url(performance):
    return reverse("admin:shows_performance_reprice", args=[performance.pk])


def test_it_starts_with_nothing_selected():
    text = staff().get(url(make_reprice_sale())).content.decode()
    boxes = re.findall(r'<input[^>]*name="categories"[^>]*>', text)
    assert len(boxes) == 2 and not re.findall(r"\schecked(?![:\w-])", " ".join(boxes))


def prices():
    return sorted(str(price) for price in PriceCategory.objects.values_list("price", flat=True))


def choose(browser, performances, **data):
    data = {
        "action": "change_prices",
        ACTION_CHECKBOX_NAME: [one.pk for one in performances],
    } | data
    return browser.post(reverse("admin:shows_performance_changelist"), data, follow=True)


def test_old_and_new_prices_are_previewed():
    performance, browser = make_reprice_sale(), staff()
    page = reverse("admin:shows_performance_change", args=[performance.pk])
    assert url(performance) in browser.get(page).content.decode()
    assert browser.get(url(performance)).context["button"] == "Preview"
    shown = browser.post(url(performance), CHANGE)
    page = shown.content.decode()
    assert shown.status_code == 200 and shown.context["button"] == "Change prices"
    for text in ("€45", "€49.50", "€5 → €5.50", "€30", "€33", "€3 → €3.30"):
        assert text in page
    assert prices() == ["30.00", "45.00"]


def test_many_prices_change_at_once_and_each_is_logged():
    performances, browser = [make_reprice_sale(), make_reprice_sale()], staff()
    assert "Circle" in choose(browser, performances).content.decode()
    shown = choose(browser, performances, **CHANGE)
    seen = {"shown": shown.context["form"].data["shown"]}
    done = choose(browser, performances, **CHANGE, **seen)
    assert "4 prices changed." in done.content.decode()
    assert prices() == ["33.00", "33.00", "49.50", "49.50"]
    assert LedgerEntry.objects.filter(kind="price_change").count() == 2
    assert LogEntry.objects.filter(change_message__contains="A second season").count() == 2


def test_only_selected_categories_change():
    performance, browser = make_reprice_sale(), staff()
    change = CHANGE | {"categories": ["Circle"]}
    shown = browser.post(url(performance), change)
    browser.post(url(performance), change | {"shown": shown.context["form"].data["shown"]})
    assert prices() == ["33.00", "45.00"]


def test_prices_that_changed_since_the_preview_are_previewed_again():
    performance, browser = make_reprice_sale(), staff()
    seen = {"shown": browser.post(url(performance), CHANGE).context["form"].data["shown"]}
    PriceCategory.objects.filter(name="Circle").update(price=40)
    again = browser.post(url(performance), CHANGE | seen)
    assert "€44" in again.content.decode()
    assert prices() == ["40.00", "45.00"]


@pytest.fixture
def just_changed(monkeypatch):
    """Change the prices of a performance between the preview and the operation."""

    def change(performance):
        def change_prices(**arguments):
            if arguments["performance"] == performance:
                PriceCategory.objects.filter(performance=performance).update(price=60)
            return price_changes.change_prices(**arguments)

        monkeypatch.setattr("bookings.admin.price_changes.change_prices", change_prices)

    return change


def test_performances_changed_by_someone_else_are_previewed_again(just_changed):
    done, left, browser = make_reprice_sale(), make_reprice_sale(), staff()
    seen = {"shown": choose(browser, [done, left], **CHANGE).context["form"].data["shown"]}
    just_changed(left)
    again = choose(browser, [done, left], **CHANGE, **seen)
    page = again.content.decode()
    assert again.status_code == 422
    assert "These prices have just been changed by someone else." in page
    assert 'value="A second season"' in page
    assert "2 prices changed." in page
    assert again.context["chosen"] == [left.pk]
    assert prices() == ["33.00", "49.50", "60.00", "60.00"]
    shown = choose(browser, [left], **CHANGE, **seen).content.decode()
    assert "€60" in shown and "€66" in shown


def test_the_page_of_a_show_previews_only_those_again(just_changed):
    done, browser = make_reprice_sale(), staff()
    left = make_reprice_sale(show=done.show, starts_in=timedelta(days=31))
    pressed = reverse("admin:shows_show_reprice", args=[done.show_id])
    seen = {"shown": browser.post(pressed, CHANGE).context["form"].data["shown"]}
    just_changed(left)
    again = browser.post(pressed, CHANGE | seen)
    assert (again.status_code, again.context["chosen"]) == (422, [left.pk])
    shown = browser.post(pressed, CHANGE | seen | {ACTION_CHECKBOX_NAME: again.context["chosen"]})
    assert {change.performance_id for change in shown.context["form"].changes} == {left.pk}
    assert shown.context["chosen"] == [left.pk]


def test_past_and_cancelled_performances_are_skipped():
    over = make_reprice_sale(starts_in=timedelta(days=-1))
    cancelled = make_reprice_sale(status="cancelled")
    browser = staff()
    assert "upcoming performances" in choose(browser, [over, cancelled], **CHANGE).content.decode()
    response = browser.post(url(over), CHANGE, follow=True)
    assert "upcoming performances" in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"categories": []}, "categories", "required"),
        ({"categories": ["Balcony"]}, "categories", "not one of the available"),
        ({"way": "double"}, "way", "not one of the available"),
        ({"number": ""}, "number", "required"),
        ({"number": "NaN"}, "number", "Enter a number"),
        ({"number": "1e30"}, "number", "less than or equal"),
        ({"number": "-102"}, "number", "less than zero"),
        ({"number": "0"}, "number", "No prices would change."),
        ({"number": "-95", "fee_follows": ""}, "number", "less than its booking fee"),
        ({"step": "0"}, "step", "not one of the available"),
        ({"fee_follows": "perhaps"}, "fee_follows", "not one of the available"),
        ({"reason": ""}, "reason", "required"),
    ],
)
def test_errors_are_shown_at_the_field(changes, field, words):
    response = staff().post(url(make_reprice_sale()), CHANGE | changes)
    assert response.status_code == 422
    assert words in " ".join(response.context["form"].errors[field])
    assert prices() == ["30.00", "45.00"]


def test_an_amount_cannot_apply_to_several_currencies():
    browser, performances = staff(), [make_reprice_sale(), make_reprice_sale(currency="JPY")]
    response = choose(browser, performances, **CHANGE | {"way": "amount"})
    assert "different currencies" in response.content.decode()


@pytest.mark.parametrize("way", ["set", "amount"])
def test_amounts_have_the_decimals_of_their_currency(way):
    browser, performances = staff(), [make_reprice_sale(currency="JPY")]
    response = choose(browser, performances, **CHANGE | {"way": way, "number": "10.50"})
    assert response.context["form"].errors["number"] == ["Amounts in JPY have no decimals."]
    assert prices() == ["30.00", "45.00"]


@pytest.mark.parametrize("role", [Role.BOX_OFFICE, Role.DOOR, Role.FINANCE])
def test_only_managers_can_change_prices(role):
    performance, browser = make_reprice_sale(), staff(role)
    assert browser.post(url(performance), CHANGE).status_code == 403
    choose(browser, [performance], **CHANGE)
    assert prices() == ["30.00", "45.00"]


def test_all_upcoming_performances_of_a_show_are_repriced_from_its_page():
    first = make_reprice_sale()
    second = make_reprice_sale(show=first.show, starts_in=timedelta(days=31))
    make_reprice_sale(show=first.show, starts_in=timedelta(days=-2))
    other, browser = make_reprice_sale(show=make_show(title="Something else")), staff()
    page = reverse("admin:shows_show_change", args=[first.show_id])
    pressed = reverse("admin:shows_show_reprice", args=[first.show_id])
    assert pressed in browser.get(page).content.decode()
    page = browser.get(pressed).content.decode()
    assert str(first) in page and str(second) in page and str(other) not in page
    shown = browser.post(pressed, CHANGE)
    assert prices() == sorted(["30.00", "45.00"] * 4)
    change = CHANGE | {"shown": shown.context["form"].data["shown"]}
    done = browser.post(pressed, change, follow=True)
    assert done.redirect_chain == [(page, 302)]
    assert "4 prices changed." in done.content.decode()
    raised = PriceCategory.objects.filter(performance__in=[first, second])
    assert sorted(str(one.price) for one in raised) == ["33.00", "33.00", "49.50", "49.50"]
    assert prices().count("45.00") == 2
    assert LogEntry.objects.filter(change_message__contains="A second season").count() == 2
    # The second request asks again, because the prices are different now.
    assert browser.post(pressed, change).context["button"] == "Change prices"


def test_a_show_without_upcoming_performances_has_no_prices_to_change():
    past = make_reprice_sale(starts_in=timedelta(days=-2))
    pressed = reverse("admin:shows_show_reprice", args=[past.show_id])
    browser = staff()
    done = browser.get(pressed, follow=True)
    assert "Only prices of upcoming performances can be changed." in done.content.decode()
    assert browser.get(reverse("admin:shows_show_reprice", args=[0])).status_code == 404
    assert staff(Role.BOX_OFFICE).get(pressed).status_code == 403
