"""The grid of prices: drafts save at once, performances on sale after a preview, with the log."""

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.models import LedgerEntry
from bookings.staff_operations.price_changes import PricesChanged
from bookings.staff_operations.price_grid import save_price_grid
from shows.models import ConcessionType, ListedConcession, Performance, PriceCategory, PriceList
from shows.terms import clear_cached_terms, terms_of
from shows.tests.factories import make_concession

from .factories import make_hold, make_performance, make_plan, make_sale, seated

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def manager():
    browser = Client()
    browser.force_login(make_staff(Role.MANAGER))
    return browser


def theatre():
    return [seated(name=name, category=name, rows=1) for name in ("Stalls", "Circle")]


def make_draft(**fields):
    prices = {"Stalls": (45, 5), "Circle": (30, 3)}
    performance = make_performance(
        plan=make_plan(sections=theatre()), prices=prices, opened=False, **fields
    )
    return performance, make_concession(performance=performance, name=f"Group {performance.pk}")


def url(performance):
    return reverse("admin:shows_performance_price_grid", args=[performance.pk])


def cells(performance, **changes):
    """Return the fields of a performance's table; `changes` are by category and column."""
    sent = {"confirmed": "yes"}
    for row in performance.price_categories.all():
        start = f"p{performance.pk}-{row.pk}"
        sent[f"{start}-price"] = changes.get(f"{row.name}_price", f"{row.price}")
        sent[f"{start}-fee"] = changes.get(f"{row.name}_fee", f"{row.fee}")
        for concession in performance.concessions.all():
            sent[f"{start}-c{concession.pk}"] = changes.get(f"{row.name}_group", "")
    return sent


def prices(performance):
    return {row.name: str(row.price) for row in performance.price_categories.all()}


def test_a_draft_is_saved_at_once(manager):
    performance, group = make_draft()
    page = manager.get(url(performance)).content.decode()
    assert 'placeholder="36.00"' in page  # What the concession's rule gives for the stalls.
    sent = cells(performance, Stalls_price="50", Circle_fee="2,50", Circle_group="€ 20.00")
    response = manager.post(url(performance), sent)
    assert response.status_code == 302
    assert prices(performance) == {"Stalls": "50.00", "Circle": "30.00"}
    assert str(performance.price_categories.get(name="Circle").fee) == "2.50"
    terms = terms_of(performance.pk, fresh=True)
    stalls, circle = terms.categories
    assert [str(terms.price_of(one, group.pk)[0]) for one in (stalls, circle)] == ["40.00", "20.00"]


def test_prices_on_sale_are_previewed_and_logged_with_a_reason(manager):
    sale = make_sale(sections=theatre(), prices={"Stalls": (45, 5), "Circle": (30, 3)})
    group = make_concession(performance=sale)
    hold = make_hold(performance=sale, labels=["A1"])
    sent = cells(sale, Stalls_price="50", Circle_group="19") | {"reason": "A second season"}
    page = manager.post(url(sale), sent)
    assert page.status_code == 200
    assert prices(sale)["Stalls"] == "45.00"
    for text in ("Old and new prices", "€45", "€50", "by its rule", "€19", "Save prices"):
        assert text in page.content.decode()
    shown = page.context["form"]["shown"].value()
    assert manager.post(url(sale), sent | {"shown": shown}).status_code == 302
    assert prices(sale)["Stalls"] == "50.00"
    entries = LedgerEntry.objects.filter(kind="price_change").order_by("pk")
    assert [entry.detail["reason"] for entry in entries] == ["A second season"] * 2
    assert entries[1].detail["concessions"] == [
        {"concession": "Group", "category": "Circle", "before": None, "after": "19.00"}
    ]
    clear_cached_terms()
    stalls = sale.price_categories.get(name="Stalls")
    assert str(terms_of(sale.pk).price_of(stalls.pk)[0]) == "50.00"
    assert hold.places.count() == 1
    assert group.performance_id == sale.pk


def test_a_reason_is_needed_on_sale(manager):
    sale = make_sale(sections=theatre(), prices={"Stalls": (45, 5), "Circle": (30, 3)})
    answer = manager.post(url(sale), cells(sale, Stalls_price="50"))
    assert answer.status_code == 422
    assert "This field is required." in answer.content.decode()
    assert prices(sale)["Stalls"] == "45.00"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"Stalls_price": ""}, "This field is required."),
        ({"Stalls_price": "a lot"}, "Enter an amount, such as 12.50."),
        ({"Stalls_price": "-3"}, "Enter an amount, such as 12.50."),
        ({"Stalls_price": "1.234.567.890"}, "Enter an amount, such as 12.50."),
        ({"Stalls_fee": "46"}, "The booking fee cannot be more than the price."),
        ({"Stalls_group": "46"}, "This is more than the full price."),
    ],
)
def test_faults_are_beside_their_cell_and_nothing_is_lost(manager, change, message):
    performance, _group = make_draft()
    sent = cells(performance, Circle_price="31", **change)
    answer = manager.post(url(performance), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page and 'value="31"' in page
    assert prices(performance) == {"Stalls": "45.00", "Circle": "30.00"}


def test_prices_changed_meanwhile_are_not_overwritten():
    performance, group = make_draft()
    PriceCategory.objects.filter(performance=performance).update(price=44)
    old = {group.pk: ({"Stalls": 1}, {"Stalls": 2})}
    with pytest.raises(PricesChanged):
        save_price_grid(
            performance=performance, changes=[], concessions=old, actor="test", reason=""
        )


def test_many_performances_are_edited_in_one_grid(manager):
    made = [make_draft()[0] for _ in range(2)]
    chosen = {"action": "edit_prices", ACTION_CHECKBOX_NAME: [one.pk for one in made]}
    listed = reverse("admin:shows_performance_changelist")
    page = manager.post(listed, chosen).content.decode()
    assert page.count('<table class="price-grid">') == 2
    sent = cells(made[0], Stalls_price="48") | cells(made[1], Circle_price="29")
    assert manager.post(listed, sent | chosen).status_code == 302
    assert prices(made[0])["Stalls"] == "48.00"
    assert prices(made[1])["Circle"] == "29.00"


def test_the_grid_needs_the_permission(manager):
    performance, _group = make_draft()
    clerk = Client()
    clerk.force_login(make_staff(Role.BOX_OFFICE))
    assert clerk.get(url(performance)).status_code == 403
    assert clerk.post(url(performance), cells(performance, Stalls_price="1")).status_code == 403


class TestPriceLists:
    def make_list(self, **fields):
        price_list = PriceList.objects.create(name="Weekend", **fields)
        for name, price in (("Stalls", 60), ("Circle", 40), ("Box", 90)):
            price_list.categories.create(name=name, price=price, fee=4)
        kind = ConcessionType.objects.create(name="Student", value=20)
        ListedConcession.objects.create(
            price_list=price_list, kind=kind, prices={"Stalls": "33.00", "Box": "50.00"}
        )
        return price_list

    def apply(self, manager, price_list, performances):
        chosen = {
            "action": "apply_prices",
            ACTION_CHECKBOX_NAME: [one.pk for one in performances],
            "confirmed": "yes",
            "price_list": price_list.pk,
        }
        listed = reverse("admin:shows_performance_changelist")
        return manager.post(listed, chosen, follow=True).content.decode()

    def test_it_is_applied_to_many_drafts_in_one_step(self, manager):
        made = [make_draft()[0] for _ in range(3)]
        page = self.apply(manager, self.make_list(), made)
        assert "3 drafts have new prices." in page
        for performance in made:
            assert prices(performance) == {"Stalls": "60.00", "Circle": "40.00"}
            concession = performance.concessions.get()
            assert (concession.name, concession.prices) == ("Student", {"Stalls": "33.00"})
            terms = terms_of(performance.pk, fresh=True)
            stalls, circle = terms.categories
            student = [str(terms.price_of(one, concession.pk)[0]) for one in (stalls, circle)]
            assert student == ["33.00", "32.00"]

    def test_it_says_why_it_does_not_fit_and_changes_nothing(self, manager):
        draft = make_draft()[0]
        sale = make_sale(sections=theatre(), prices={"Stalls": 45, "Circle": 30})
        yen = make_draft(currency="JPY")[0]
        page = self.apply(manager, self.make_list(), [draft, sale, yen])
        assert "It is on sale already." in page
        assert "Its currency is JPY, that of the price list is EUR." in page
        assert "1 draft has new prices." in page
        assert prices(sale) == {"Stalls": "45.00", "Circle": "30.00"}
        assert prices(yen)["Stalls"] == "45.00"

    def test_categories_without_a_price_are_named(self, manager):
        price_list = self.make_list()
        price_list.categories.filter(name="Circle").update(price=None)
        page = self.apply(manager, price_list, [make_draft()[0]])
        assert "The price list has no price for: Circle." in page

    def test_a_list_is_made_of_a_plan_and_priced_in_its_grid(self, manager):
        plan = make_plan(sections=theatre())
        sent = {"name": "Matinee", "currency": "eur", "plan": plan.pk}
        sent |= {"concessions-TOTAL_FORMS": "0", "concessions-INITIAL_FORMS": "0"}
        response = manager.post(reverse("admin:shows_pricelist_add"), sent)
        price_list = PriceList.objects.get()
        grid = reverse("admin:shows_pricelist_price_grid", args=[price_list.pk])
        assert response["Location"] == grid
        assert price_list.currency == "EUR"
        stalls, circle = price_list.categories.all()
        assert (stalls.name, stalls.price, circle.name) == ("Stalls", None, "Circle")
        key = f"l{price_list.pk}"
        sent = {"confirmed": "yes", f"{key}-{stalls.pk}-price": "22", f"{key}-{stalls.pk}-fee": "2"}
        assert manager.post(grid, sent).status_code == 302
        stalls.refresh_from_db()
        assert (stalls.price, stalls.fee) == (22, 2)

    def test_the_prices_of_a_performance_are_saved_as_a_list(self, manager):
        performance, group = make_draft()
        group.set_value(50)
        group.save()
        save = reverse("admin:shows_performance_save_price_list", args=[performance.pk])
        assert manager.post(save, {"confirmed": "yes", "name": "Weekend"}).status_code == 302
        price_list = PriceList.objects.get()
        listed = price_list.categories.values_list("name", "price")
        assert [(name, str(price)) for name, price in listed] == [
            ("Stalls", "45.00"),
            ("Circle", "30.00"),
        ]
        assert price_list.concessions.get().prices == {"Stalls": "22.50", "Circle": "15.00"}
        again = manager.post(save, {"confirmed": "yes", "name": "Weekend"})
        assert again.status_code == 422
        assert "There is a price list with this name already." in again.content.decode()


def test_a_draft_has_a_row_for_each_category_of_its_plan(manager):
    """Names are chosen from the plan, and the rows come by themselves."""
    performance = make_performance(
        plan=make_plan(sections=theatre()), prices={"Stalls": (45, 5)}, opened=False
    )
    change = reverse("admin:shows_performance_change", args=[performance.pk])
    page = manager.get(change)
    formset = page.context["inline_admin_formsets"][0].formset
    assert [form["name"].value() for form in formset.forms] == ["Stalls", "Circle"]
    assert [value for value, _label in formset.forms[1].fields["name"].choices] == [
        "",
        "Stalls",
        "Circle",
    ]
    assert Performance.objects.get().price_categories.count() == 1
