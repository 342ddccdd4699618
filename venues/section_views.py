"""The views from the sections of a venue's seating plans."""

from django.db.models import F

from .models import Section, SectionView, Venue


def views_of_plan(plan_id: int) -> dict[str, SectionView]:
    """Return the views from the sections of a plan by the name of the section; one query."""
    views = SectionView.objects.filter(venue__plans=plan_id, plan_name=F("venue__plans__name"))
    return {view.section_name: view for view in views}


def section_choices(venue: Venue) -> dict[str, list[str]]:
    """Return the names of the sections of the newest version of each plan of a venue; one query."""
    sections = (
        Section.objects.filter(plan__venue=venue, plan__archived_at=None)
        .order_by("plan__name", "-plan__version", "ordinal")
        .values_list("plan__name", "plan__version", "name")
    )
    newest: dict[str, int] = {}
    choices: dict[str, list[str]] = {}
    for plan, version, name in sections:
        if newest.setdefault(plan, version) == version:
            choices.setdefault(plan, []).append(name)
    return choices
