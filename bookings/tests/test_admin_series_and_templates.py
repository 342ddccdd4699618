"""Series of dates with a calendar, and templates of performances."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import make_staff
from bookings.admin.calendar import calendar_of
from shows.models import Performance, PerformanceTemplate
from shows.tests.factories import make_concession

from .factories import make_performance

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
SERIES = {
    "confirmed": "yes",
    "first": "2035-03-01",
    "last": "2035-03-31",
    "weekdays": ["5"],  # Saturdays: 3, 10, 17, 24 and 31 March.
    "skipped": "2035-03-17",
    "hours": "15:00, 20:00",
}


@pytest.fixture
def manager():
    browser = Client()
    browser.force_login(make_staff(Role.MANAGER))
    return browser


def make_monthly_sale(**fields):
    return make_performance(starts_at=datetime(2035, 2, 1, 19, tzinfo=UTC), **fields)


class TestSeries:
    def url(self, performance):
        return reverse("admin:shows_performance_repeat", args=[performance.pk])

    def test_the_preview_is_a_calendar_without_the_skipped_dates(self, manager):
        performance = make_monthly_sale()
        page = manager.post(self.url(performance), SERIES)
        html = page.content.decode()
        assert "Create 8 drafts" in html
        assert "<caption>March 2035</caption>" in html
        assert '<td class="has-dates">10<strong>15:00</strong><strong>20:00</strong></td>' in html
        assert '<td class="is-skipped">17<span>skipped</span></td>' in html
        seen = {"shown": page.context["form"].data["shown"]}
        manager.post(self.url(performance), SERIES | seen)
        drafts = Performance.objects.exclude(pk=performance.pk).order_by("starts_at")
        local = [draft.starts_at.astimezone(BERLIN) for draft in drafts]
        # Clocks go forward on 25 March 2035; the hour stays.
        assert [f"{start:%d %H}" for start in local] == [
            f"{day} {hour}" for day in ("03", "10", "24", "31") for hour in ("15", "20")
        ]
        assert {draft.starts_at.hour for draft in drafts} == {14, 19, 13, 18}

    @pytest.mark.parametrize("day", ["2035-03-18", "2035-04-07"])
    def test_a_skipped_date_must_be_one_of_the_series(self, manager, day):
        page = manager.post(self.url(make_monthly_sale()), SERIES | {"skipped": day})
        assert page.status_code == 422
        assert "These are not dates of the series" in page.context["form"].errors["skipped"][0]

    def test_the_calendar_has_a_table_for_each_month(self):
        starts = [datetime(2035, 3, 31, 20, tzinfo=BERLIN), datetime(2035, 5, 1, 20, tzinfo=BERLIN)]
        html = calendar_of(starts)
        assert html.count("<table") == 2
        assert "March 2035" in html and "May 2035" in html and "April 2035" not in html


class TestTemplates:
    def make_template(self, manager, name="Weekday", **fields):
        performance = make_monthly_sale(
            prices={"Regular": (45, 5)},
            customer_limit=3,
            doors_at=datetime(2035, 2, 1, 18, tzinfo=UTC),
            on_sale_from=datetime(2035, 1, 1, 9, tzinfo=UTC),
            **fields,
        )
        group = make_concession(performance=performance)
        group.prices = {"Regular": "33.00"}
        group.save()
        save = reverse("admin:shows_performance_save_template", args=[performance.pk])
        response = manager.post(save, {"confirmed": "yes", "name": name})
        assert response.status_code == 302
        return PerformanceTemplate.objects.get(name=name)

    def url(self, template):
        return reverse("admin:shows_performancetemplate_new_performance", args=[template.pk])

    def new(self, manager, template, day="2035-07-01", hour="20:00"):
        return manager.post(self.url(template), {"confirmed": "yes", "day": day, "hour": hour})

    def test_a_new_performance_needs_its_date_only(self, manager):
        template = self.make_template(manager)
        page = manager.get(self.url(template)).content.decode()
        assert 'value="20:00"' in page
        response = self.new(manager, template)
        draft = Performance.objects.order_by("-pk").first()
        assert response["Location"].endswith(f"/shows/performance/{draft.pk}/change/")
        assert draft.status == Performance.Status.DRAFT
        assert draft.starts_at == datetime(2035, 7, 1, 18, tzinfo=UTC)  # Summer time.
        assert draft.doors_at == datetime(2035, 7, 1, 17, tzinfo=UTC)
        assert draft.customer_limit == 3
        # 31 days and ten hours before, on the clocks of the venue.
        assert draft.on_sale_from == datetime(2035, 5, 31, 8, tzinfo=UTC)
        assert draft.price_categories.get().price == 45
        concession = draft.concessions.get()
        assert (concession.name, concession.prices) == ("Group", {"Regular": "33.00"})

    def test_a_sale_that_would_have_begun_begins_now(self, manager):
        template = self.make_template(manager)
        soon = (timezone.now() + timedelta(days=5)).date()
        self.new(manager, template, day=f"{soon}")
        draft = Performance.objects.order_by("-pk").first()
        assert abs(draft.on_sale_from - timezone.now()) < timedelta(minutes=2)

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"day": "2020-01-01"}, "is in the past"),
            ({"day": "2035-02-01"}, "clashes with"),
            ({"day": "2035-03-25", "hour": "02:30"}, "This time does not exist"),
            ({"day": "2035-10-28", "hour": "02:30"}, "This time occurs twice"),
            ({"day": "soon"}, "Enter a valid date."),
        ],
    )
    def test_it_says_at_the_field_what_is_wrong(self, manager, changes, message):
        response = self.new(manager, self.make_template(manager), **changes)
        assert response.status_code == 422
        assert message in response.content.decode()
        assert Performance.objects.count() == 1

    def test_a_deleted_concession_is_named(self, manager):
        template = self.make_template(manager)
        concession = Performance.objects.get().concessions.get()
        kind = concession.kind
        concession.delete()
        kind.delete()
        response = self.new(manager, template)
        assert response.status_code == 422
        assert "These concessions are no longer in the list: Group." in response.content.decode()

    def test_a_name_is_used_once(self, manager):
        self.make_template(manager)
        performance = Performance.objects.get()
        save = reverse("admin:shows_performance_save_template", args=[performance.pk])
        response = manager.post(save, {"confirmed": "yes", "name": "Weekday"})
        assert response.status_code == 422
        assert "There is a template with this name already." in response.content.decode()

    def test_box_office_makes_no_performances(self, manager):
        template = self.make_template(manager)
        clerk = Client()
        clerk.force_login(make_staff(Role.BOX_OFFICE))
        assert self.new(clerk, template).status_code in (403, 404)
        assert clerk.get(reverse("admin:shows_performancetemplate_changelist")).status_code == 403
