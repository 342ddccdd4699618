"""Drafts of seating plans: copy a version, save, publish as the next version."""

import json
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.exceptions import Refused
from venues.drafts import PlanDraft
from venues.models import EditedPlan, SeatingPlan, Venue
from venues.plan_format import InvalidPlan, PlanFault, plan_document, read_document
from venues.plans import add_plan_version, draft_of

EMPTY_SIZE = {"width": 1200, "height": 900}


class DraftChanged(Refused):
    """Somebody else has saved the draft since it was opened."""

    message = gettext_lazy(
        "This draft has been saved in another window or by somebody else. Reload it to continue"
        " from there."
    )


@dataclass(frozen=True)
class CheckedDraft:
    """What reading a draft's document gives: a plan, or the faults that keep it from being one."""

    plan: PlanDraft | None
    faults: tuple[PlanFault, ...]
    warnings: tuple[str, ...]


def start_draft(*, venue: Venue, name: str, plan: SeatingPlan | None = None) -> EditedPlan:
    """Create a draft: a copy of `plan`, or an empty one.

    It becomes the next version of the venue's plan `name` when it is published.
    """
    if plan is None:
        document: dict[str, Any] = {"name": name, "size": EMPTY_SIZE, "categories": [], "zones": []}
    else:
        document = plan_document(replace(draft_of(plan), name=name))
    is_version = plan is not None and plan.venue_id == venue.pk and plan.name == name
    return EditedPlan.objects.create(
        venue=venue,
        name=name,
        base_version=plan.version if plan and is_version else None,
        document=document,
    )


def save_document(*, draft: EditedPlan, revision: int, document: dict[str, Any]) -> int:
    """Save a document that follows the schema; return the new revision.

    Raises DraftChanged if `revision` is no longer the current one, InvalidPlan for text or numbers
    that the database cannot store.
    """
    _check_storable(document)
    saved = EditedPlan.objects.filter(pk=draft.pk, revision=revision).update(
        document=document | {"name": draft.name},
        previous=F("document"),
        revision=revision + 1,
        updated_at=timezone.now(),
    )
    if not saved:
        raise DraftChanged
    return revision + 1


def undo_save(*, draft: EditedPlan, revision: int) -> None:
    """Exchange the document with the one before it was last saved; a second time redoes it.

    Raises DraftChanged if `revision` is no longer the current one, or nothing has been saved.
    """
    drafts = EditedPlan.objects.filter(pk=draft.pk, revision=revision, previous__isnull=False)
    undone = drafts.update(
        document=F("previous"),
        previous=F("document"),
        revision=revision + 1,
        updated_at=timezone.now(),
    )
    if not undone:
        raise DraftChanged


def _check_storable(document: dict[str, Any]) -> None:
    """Refuse infinite numbers, lone surrogates and null characters."""
    try:
        text = json.dumps(document, ensure_ascii=False, allow_nan=False)
        text.encode()
    except ValueError:
        raise InvalidPlan([PlanFault("", _("is too large a number"))]) from None
    if "\\u0000" in text:
        raise InvalidPlan([PlanFault("", _("contains characters that cannot be printed"))])


def check_document(document: dict[str, Any]) -> CheckedDraft:
    """Read a document that follows the schema, and return its plan or its faults."""
    warnings: list[str] = []
    try:
        read = read_document(document, warnings)
    except InvalidPlan as refusal:
        return CheckedDraft(None, refusal.faults, tuple(warnings))
    return CheckedDraft(read.draft, (), read.warnings)


def newest_version(draft: EditedPlan) -> SeatingPlan | None:
    """Return the version that this draft would follow, or None if it would be the first."""
    versions = SeatingPlan.objects.filter(venue=draft.venue_id, name=draft.name)
    return versions.order_by("-version").first()


@transaction.atomic
def publish_draft(*, draft: EditedPlan, revision: int) -> SeatingPlan:
    """Save the draft as the next version of its plan, delete the draft, and return the version.

    If the newest version is equal, that one is returned. Locks the draft, then its venue. Raises
    DraftChanged if `revision` is no longer the current one, InvalidPlan if the draft has faults.
    """
    locked = EditedPlan.objects.select_for_update(of=("self",)).select_related("venue")
    current = locked.filter(pk=draft.pk, revision=revision).first()
    if current is None:
        raise DraftChanged
    checked = check_document(current.document)
    if checked.plan is None:
        raise InvalidPlan(checked.faults)
    plan = add_plan_version(venue=current.venue, name=current.name, draft=checked.plan)
    current.delete()
    return plan
