"""Save drafts as versions of seating plans, and read plans back. Nothing here changes a plan."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db import transaction

from venues.drafts import PlanDraft, SeatDraft, SectionDraft, pair_companions
from venues.models import Seat, SeatingPlan, Section, Venue
from venues.outlines import padded_hull
from venues.plan_format import plan_document

BATCH = 4_000


@transaction.atomic
def add_plan_version(*, venue: Venue, name: str, draft: PlanDraft) -> SeatingPlan:
    """Save a draft as the next version of the venue's plan of this name, and return it.

    If the newest version is equal, that one is returned. Sections without an outline get one from
    their seats. Locks the venue, so that saving twice at once creates two versions. Raises
    ValueError for a seat whose category the draft does not list, IntegrityError for a duplicate
    seat GUID or section slug.
    """
    draft = with_outlines(draft)
    digest = content_hash(draft)
    Venue.objects.select_for_update(of=("self",), no_key=True).get(pk=venue.pk)
    newest = SeatingPlan.objects.filter(venue=venue, name=name).order_by("-version").first()
    if newest and newest.content_hash == digest:
        return newest
    plan = SeatingPlan.objects.create(
        venue=venue,
        name=name,
        version=newest.version + 1 if newest else 1,
        width=draft.width,
        height=draft.height,
        categories=list(draft.categories),
        decoration=list(draft.decoration),
        content_hash=digest,
    )
    _add_sections(plan, draft)
    return plan


def draft_of(plan: SeatingPlan) -> PlanDraft:
    """Return the draft that would create an equal plan; two queries, whatever the size."""
    seats: dict[int, list[SeatDraft]] = {}
    fields = ("guid", "row", "number", "x", "y", "category", "kind")
    rows = Seat.objects.filter(plan=plan).order_by("section_id", "ordinal")
    for section_id, *values in rows.values_list("section_id", *fields):
        seats.setdefault(section_id, []).append(SeatDraft(*values))
    return PlanDraft(
        name=plan.name,
        width=plan.width,
        height=plan.height,
        categories=tuple(plan.categories),
        decoration=tuple(plan.decoration),
        sections=tuple(
            SectionDraft(
                name=section.name,
                slug=section.slug,
                seats=tuple(seats.get(section.pk, ())),
                outline=tuple((float(x), float(y)) for x, y in section.outline),
                standing=section.capacity if section.is_standing else 0,
                category=section.category,
            )
            for section in plan.sections.order_by("ordinal", "pk")
        ),
    )


def with_outlines(draft: PlanDraft) -> PlanDraft:
    """Return the draft with outlines added to the sections without one."""
    return replace(
        draft,
        sections=tuple(
            section
            if section.outline
            else replace(section, outline=padded_hull([(s.x, s.y) for s in section.seats]))
            for section in draft.sections
        ),
    )


def content_hash(draft: PlanDraft) -> str:
    """Return a hash of all of the draft but its name."""
    document = plan_document(replace(draft, name=""))
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _add_sections(plan: SeatingPlan, draft: PlanDraft) -> None:
    sections = Section.objects.bulk_create(
        Section(
            plan=plan,
            name=section.name,
            slug=section.slug,
            kind=section.kind,
            ordinal=ordinal,
            capacity=section.capacity,
            category=section.category,
            outline=[list(point) for point in section.outline],
        )
        for ordinal, section in enumerate(draft.sections)
    )
    pairs = [pair_companions(section.seats) for section in draft.sections]
    companions = {guid for pair in pairs for guid in pair}
    seats = [
        Seat(
            plan=plan,
            section=section,
            guid=seat.guid,
            row=seat.row,
            number=seat.number,
            ordinal=ordinal,
            x=seat.x,
            y=seat.y,
            kind=seat.kind,
            category=seat.category,
        )
        for section, draft_section in zip(sections, draft.sections, strict=True)
        for ordinal, seat in enumerate(draft_section.seats)
    ]
    _add_seats(seats, companions, pairs)


def _add_seats(
    seats: Sequence[Seat], companions: set[str], pairs: Iterable[dict[str, str]]
) -> None:
    """Save the seats, companion seats last, as they refer to their wheelchair spaces."""
    first = [seat for seat in seats if seat.guid not in companions]
    second = [seat for seat in seats if seat.guid in companions]
    Seat.objects.bulk_create(first, batch_size=BATCH)
    by_guid = {seat.guid: seat for seat in first}
    space_of = {companion: space for pair in pairs for companion, space in pair.items()}
    for seat in second:
        seat.companion_of = by_guid[space_of[seat.guid]]
    Seat.objects.bulk_create(second, batch_size=BATCH)
