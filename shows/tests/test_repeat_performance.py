from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.testing.races import losers, race, winners
from shows.models import Concession, Performance, PriceCategory
from shows.repeat_performance import (
    MAX_DATES,
    CannotRepeat,
    dates_on_weekdays,
    repeat_errors,
    repeat_performance,
    start_times,
)
from shows.tests.factories import make_performance, make_plan, make_show, make_venue

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2030, 1, 1, tzinfo=UTC)


def make_first(**fields):
    """Create a performance: 20:00 in Berlin on 1 March 2030, 90 minutes, doors at 19:00."""
    fields.setdefault("show", make_show(duration=90))
    return make_performance(
        **{
            "starts_at": datetime(2030, 3, 1, 20, tzinfo=BERLIN),
            "doors_at": datetime(2030, 3, 1, 19, tzinfo=BERLIN),
            "on_sale_from": datetime(2029, 1, 1, tzinfo=UTC),
        }
        | fields
    )


def at(day, hour=20, minute=0, month=3):
    return datetime(2030, month, day, hour, minute, tzinfo=BERLIN)


class TestDays:
    def test_the_days_that_fall_on_the_weekdays(self):
        days = dates_on_weekdays(date(2030, 3, 1), date(2030, 3, 15), {4, 5})  # Fridays, Saturdays.
        assert [day.day for day in days] == [1, 2, 8, 9, 15]

    def test_an_ambiguous_local_time_is_rejected(self):
        with pytest.raises(CannotRepeat, match="31 Oct 2027, 02:30 occurs twice"):
            start_times([date(2027, 10, 31)], [time(2, 30)], BERLIN)

    def test_each_hour_of_each_day_once(self):
        days = [date(2030, 3, 2), date(2030, 3, 1), date(2030, 3, 2)]
        starts = start_times(days, [time(20), time(15), time(20)], BERLIN)
        assert starts == [at(1, 15), at(1), at(2, 15), at(2)]

    def test_a_nonexistent_local_time_is_rejected(self):
        # Clocks go forward from 2:00 to 3:00 on 31 March 2030.
        with pytest.raises(CannotRepeat, match="31 Mar 2030, 02:30"):
            start_times([date(2030, 3, 31)], [time(2, 30)], BERLIN)


@pytest.mark.django_db
class TestRepeating:
    def test_it_creates_drafts_with_prices_concessions_and_terms(self):
        first = make_first(
            prices={"Regular": (45, 5)}, concessions={"Child": 50}, customer_limit=3, keep_fee=True
        )
        copies = repeat_performance(performance=first, starts=[at(8), at(3, month=4)])
        kept = Performance.objects.exclude(pk=first.pk).order_by("starts_at")
        assert list(kept) == copies
        # Summer time began in between; the local time stays.
        assert [copy.starts_at.hour for copy in kept] == [19, 18]
        assert [copy.doors_at.hour for copy in kept] == [18, 17]
        for copy in kept:
            assert (copy.status, copy.opened_at, copy.places_total) == ("draft", None, 0)
            assert (copy.customer_limit, copy.keep_fee) == (3, True)
            assert (copy.price_categories.get().price, copy.price_categories.get().fee) == (45, 5)
            assert copy.concessions.get().percent_off == 50
        assert PriceCategory.objects.filter(performance=first).count() == 1
        assert Concession.objects.filter(performance=first).count() == 1

    def test_the_end_of_the_sale_moves_with_the_start(self):
        first = make_first(on_sale_until=at(1, 12))
        [copy] = repeat_performance(performance=first, starts=[at(8)])
        assert copy.on_sale_until == at(8, 12)

    @pytest.mark.parametrize(
        ("start", "clashes"),
        [
            (at(8, 18), False),
            (at(8, 18, 1), True),
            (at(8, 19, 59), True),
            (at(8, 21, 29), True),
            (at(8, 21, 30), False),
        ],
    )
    def test_it_rejects_conflicts_at_the_venue(self, start, clashes):
        first = make_first()
        make_performance(
            plan=first.plan,
            show=make_show(title="Loud Hour", duration=None),
            starts_at=start,
        )
        faults = repeat_errors(first, [at(8)], NOW)
        assert ("Loud Hour" in " ".join(faults)) == clashes

    def test_other_venues_and_cancelled_performances_do_not_conflict(self):
        first = make_first()
        make_performance(plan=make_plan(venue=make_venue()), starts_at=at(8))
        make_performance(plan=first.plan, starts_at=at(8), status="cancelled")
        assert repeat_errors(first, [at(8)], NOW) == []

    @pytest.mark.parametrize(
        ("starts", "words"),
        [
            ([], "at least one date"),
            ([at(1, month=1, hour=0)], "is in the past"),
            ([at(8), at(8, 21)], "before the performance at 20:00 ends"),
            ([at(1)], "clashes with"),
            (
                [at(8) + timedelta(days=day) for day in range(MAX_DATES + 1)],
                f"at most {MAX_DATES} can be created",
            ),
        ],
    )
    def test_it_reports_why_it_cannot_be_repeated(self, starts, words):
        assert words in " ".join(repeat_errors(make_first(), starts, NOW))

    def test_it_rejects_starts_before_the_sale_begins(self):
        first = make_first(on_sale_from=datetime(2030, 2, 1, tzinfo=UTC))
        [fault] = repeat_errors(first, [at(31, month=1)], NOW)
        assert "before the sale begins" in fault

    def test_it_creates_all_or_nothing(self):
        first = make_first()
        make_performance(plan=first.plan, starts_at=at(15))
        with pytest.raises(CannotRepeat):
            repeat_performance(performance=first, starts=[at(8), at(15), at(22)])
        assert Performance.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_staff_cannot_schedule_for_the_same_time():
    first = make_first()

    def repeat():
        return repeat_performance(performance=first, starts=[at(8)])

    outcomes = race(repeat, repeat)
    assert len(winners(outcomes)) == len(losers(outcomes, CannotRepeat)) == 1
    assert Performance.objects.count() == 2
