import dataclasses
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from venues.drawing import drawing_of
from venues.models import Seat, SeatingPlan, Venue
from venues.plan_format import read_plan, write_plan
from venues.plans import add_plan_version, draft_of, with_outlines
from venues.tests.factories import draft, make_venue, seat, standing_section

pytestmark = pytest.mark.django_db


def pair_of_seats():
    return [
        seat("A", "1", 20, 50, kind="companion"),
        seat("A", "2", 40, 50, kind="wheelchair"),
        seat("A", "3", 60, 50),
    ]


def test_a_draft_is_saved_as_the_first_version():
    venue = make_venue()
    stage = {"shape": "text", "position": {"x": 0, "y": 0}, "text": {"text": "Stage"}}
    wanted = draft(sections=[*draft().sections, standing_section()], decoration=(stage,))

    plan = add_plan_version(venue=venue, name="Concerts", draft=wanted)

    assert (plan.venue, plan.name, plan.version) == (venue, "Concerts", 1)
    assert plan.decoration == [stage]
    stalls, floor = plan.sections.order_by("ordinal")
    assert (stalls.kind, stalls.capacity, stalls.category) == ("seated", 3, "")
    assert (floor.kind, floor.capacity, floor.category) == ("standing", 350, "Standing")
    assert list(stalls.seats.order_by("ordinal").values_list("guid", "ordinal")) == [
        ("A-1", 0),
        ("A-2", 1),
        ("A-3", 2),
    ]


def test_versions_are_counted_by_name():
    venue = make_venue()
    first = add_plan_version(venue=venue, name="Concerts", draft=draft())
    second = add_plan_version(venue=venue, name="Concerts", draft=draft(width=300))
    other = add_plan_version(venue=venue, name="Balls", draft=draft())

    assert [first.version, second.version, other.version] == [1, 2, 1]
    assert first.content_hash != second.content_hash
    assert first.content_hash == other.content_hash


def test_equal_content_returns_the_newest_version():
    venue = make_venue()
    first = add_plan_version(venue=venue, name="Concerts", draft=draft())

    again = add_plan_version(venue=venue, name="Concerts", draft=draft())

    assert again == first
    assert venue.plans.count() == 1


def test_older_content_gets_a_new_version():
    venue = make_venue()
    add_plan_version(venue=venue, name="Concerts", draft=draft())
    add_plan_version(venue=venue, name="Concerts", draft=draft(width=300))

    back = add_plan_version(venue=venue, name="Concerts", draft=draft())

    assert back.version == 3


@pytest.mark.parametrize(
    "change",
    [
        lambda d: dataclasses.replace(d, height=101),
        lambda d: dataclasses.replace(d, categories=d.categories[:1]),
        lambda d: dataclasses.replace(
            d, decoration=({"shape": "circle", "position": {"x": 1, "y": 1}, "circle": {}},)
        ),
        lambda d: dataclasses.replace(
            d, sections=(dataclasses.replace(d.sections[0], name="Other"),)
        ),
        lambda d: draft(seats=[*d.seats[:2], seat("A", "3", 60, 50, kind="restricted")]),
        lambda d: draft(seats=[*d.seats[:2], seat("A", "3", 60.5, 50)]),
    ],
    ids=["size", "categories", "decoration", "section", "kind", "position"],
)
def test_any_change_makes_a_new_version(change):
    venue = make_venue()
    add_plan_version(venue=venue, name="Concerts", draft=draft())

    assert add_plan_version(venue=venue, name="Concerts", draft=change(draft())).version == 2


def test_it_pairs_companions_with_wheelchair_spaces():
    plan = add_plan_version(venue=make_venue(), name="Hall", draft=draft(seats=pair_of_seats()))

    companion, space, other = plan.seats.order_by("ordinal")
    assert companion.companion_of == space
    assert other.companion_of is None
    assert drawing_of(plan.pk).companions_of == {space.pk: (companion.pk,)}


def test_sections_without_an_outline_get_one():
    plan = add_plan_version(venue=make_venue(), name="Hall", draft=draft())

    assert len(plan.sections.get().outline) >= 4


def test_a_saved_plan_reads_as_the_same_draft():
    wanted = draft(
        sections=[
            *draft(seats=[*pair_of_seats(), seat("B", "1", 33.3, 70.1 / 3)]).sections,
            standing_section(),
        ]
    )

    plan = add_plan_version(venue=make_venue(), name="Hall", draft=wanted)

    assert draft_of(SeatingPlan.objects.get(pk=plan.pk)) == with_outlines(wanted)


def test_an_exported_plan_has_the_same_content():
    venue, other = make_venue(), make_venue()
    wanted = draft(sections=[*draft(seats=pair_of_seats()).sections, standing_section()])
    plan = add_plan_version(venue=venue, name="Hall", draft=wanted)

    exported = write_plan(draft_of(plan))
    copy = add_plan_version(venue=other, name="Hall", draft=read_plan(exported).draft)

    assert copy.content_hash == plan.content_hash


def test_an_invalid_draft_is_not_saved():
    venue = make_venue()
    twice = [seat("A", "1", 20, 50, guid="same"), seat("A", "2", 40, 50, guid="same")]

    with pytest.raises(IntegrityError, match="seat_guid_is_unique_in_plan"), transaction.atomic():
        add_plan_version(venue=venue, name="Hall", draft=draft(seats=twice))

    assert not venue.plans.exists()


def test_the_number_of_queries_does_not_grow_with_the_size(django_assert_num_queries):
    venue = make_venue()
    for count in (3, 300):
        seats = [seat("A", str(number), number / 10, 50) for number in range(count)]
        # Savepoint, lock, newest version, plan, sections, seats in one batch, release.
        with django_assert_num_queries(7):
            plan = add_plan_version(venue=venue, name="Hall", draft=draft(seats=seats))
        with django_assert_num_queries(2):
            draft_of(plan)


@pytest.mark.parametrize("table", ["plan", "section", "seat"])
def test_the_database_rejects_changes(table):
    plan = add_plan_version(venue=make_venue(), name="Hall", draft=draft())
    row = {"plan": plan, "section": plan.sections.get(), "seat": plan.seats.first()}[table]

    name = "name" if table == "plan" else "category"
    setattr(row, name, "Other")
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        row.save()
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**{name: "Other"})


def test_it_can_be_archived():
    plan = add_plan_version(venue=make_venue(), name="Hall", draft=draft())
    now = timezone.now()
    SeatingPlan.objects.filter(pk=plan.pk).update(archived_at=now)
    plan.refresh_from_db()
    assert plan.archived_at == now


def test_it_can_be_deleted_while_nothing_is_sold_from_it():
    plan = add_plan_version(venue=make_venue(), name="Hall", draft=draft(seats=pair_of_seats()))

    plan.delete()

    assert not Seat.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_concurrent_saves_create_two_versions():
    venue = make_venue()

    plans = at_once(
        lambda width: add_plan_version(venue=venue, name="Hall", draft=draft(width=width)),
        range(300, 306),
    )

    assert sorted(plan.version for plan in plans) == [1, 2, 3, 4, 5, 6]


@pytest.mark.django_db(transaction=True)
def test_concurrent_saves_of_equal_content_create_one_version():
    venue = make_venue()

    plans = at_once(
        lambda _number: add_plan_version(venue=venue, name="Hall", draft=draft()), range(6)
    )

    assert len({plan.pk for plan in plans}) == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_concurrent_saves_collide(monkeypatch):
    """The control: without the lock, two concurrent saves collide."""
    venue = make_venue()
    monkeypatch.setattr("venues.plans.Venue.objects.select_for_update", lambda **_: Venue.objects)

    def save(width):
        try:
            return add_plan_version(venue=venue, name="Hall", draft=draft(width=width))
        except IntegrityError as error:
            return error

    rounds = [at_once(save, range(300 + 10 * turn, 306 + 10 * turn)) for turn in range(5)]

    assert any(isinstance(result, IntegrityError) for results in rounds for result in results)


def at_once(function, arguments):
    """Call it in a thread for each argument, all starting at the same moment."""
    arguments = list(arguments)
    barrier = Barrier(len(arguments), timeout=20)

    def run(argument):
        try:
            connection.ensure_connection()
            barrier.wait()
            return function(argument)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(arguments)) as pool:
        return list(pool.map(run, arguments))
