from dataclasses import replace

import pytest

from venues.edited_plans import (
    DraftChanged,
    check_document,
    publish_draft,
    save_document,
    start_draft,
)
from venues.models import EditedPlan, SeatingPlan
from venues.plan_format import InvalidPlan
from venues.plans import add_plan_version, draft_of
from venues.tests.factories import draft, make_venue, standing_section

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    wanted = draft(sections=[*draft().sections, standing_section()])
    return add_plan_version(venue=make_venue(), name="Main hall", draft=wanted)


@pytest.fixture
def copied(plan):
    return start_draft(venue=plan.venue, name="Main hall", plan=plan)


def first_seat(document):
    return document["zones"][0]["rows"][0]["seats"][0]


def test_a_copy_is_the_same_plan(plan, copied):
    assert check_document(copied.document).plan == draft_of(plan)
    assert copied.base_version == 1


def test_publishing_an_unchanged_copy_makes_no_version(plan, copied):
    assert publish_draft(draft=copied, revision=1) == plan
    assert SeatingPlan.objects.count() == 1
    assert not EditedPlan.objects.exists()


def test_publishing_makes_the_next_version_and_leaves_the_old_one(plan, copied):
    before = draft_of(plan)
    first_seat(copied.document)["seat_number"] = "1a"
    save_document(draft=copied, revision=1, document=copied.document)

    published = publish_draft(draft=copied, revision=2)

    assert published.version == 2
    assert draft_of(published).seats[0].number == "1a"
    assert draft_of(plan) == before


def test_a_second_window_cannot_overwrite_the_first(copied):
    first_seat(copied.document)["seat_number"] = "1a"
    save_document(draft=copied, revision=1, document=copied.document)

    with pytest.raises(DraftChanged):
        save_document(draft=copied, revision=1, document=copied.document | {"zones": []})
    with pytest.raises(DraftChanged):
        publish_draft(draft=copied, revision=1)
    copied.refresh_from_db()
    assert copied.revision == 2
    assert first_seat(copied.document)["seat_number"] == "1a"


def test_a_draft_with_faults_is_kept_but_not_published(copied):
    first_seat(copied.document)["position"]["x"] = 5000
    save_document(draft=copied, revision=1, document=copied.document)

    checked = check_document(copied.document)
    assert [fault.path for fault in checked.faults] == ["zones[0].rows[0].seats[0].position"]
    with pytest.raises(InvalidPlan):
        publish_draft(draft=copied, revision=2)
    assert EditedPlan.objects.exists()
    assert SeatingPlan.objects.count() == 1


@pytest.mark.parametrize("value", ["a\x00b", "\ud800"])
def test_text_that_cannot_be_stored_is_refused(copied, value):
    first_seat(copied.document)["seat_number"] = value

    with pytest.raises(InvalidPlan):
        save_document(draft=copied, revision=1, document=copied.document)


def test_infinite_numbers_are_refused(copied):
    first_seat(copied.document)["position"]["x"] = float("inf")

    with pytest.raises(InvalidPlan):
        save_document(draft=copied, revision=1, document=copied.document)


def test_a_copy_for_another_venue_is_a_new_plan(plan):
    other = start_draft(venue=make_venue(), name="Copy", plan=plan)

    published = publish_draft(draft=other, revision=1)

    assert (published.venue, published.name, published.version) == (other.venue, "Copy", 1)
    assert draft_of(published) == replace(draft_of(plan), name="Copy")


def test_an_empty_draft_says_what_is_missing():
    checked = check_document(start_draft(venue=make_venue(), name="New").document)

    assert checked.plan is None
    assert "neither seats nor standing" in str(checked.faults[0])
