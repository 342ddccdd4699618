"""A draft as tables: sections, their rows, and the seats of a row. They work without JavaScript.

Each table is a page of its own, addressed by the index of the section and of the row. Saving needs
the revision that was shown, so that indexes cannot mean something else.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from core.slugs import free_slug
from venues import document_edits as edits
from venues.document_positions import default_place, flatten_zone, keep_inside
from venues.edited_plans import DraftChanged, check_document, save_document
from venues.models import EditedPlan, Seat
from venues.new_sections import NewSectionForm
from venues.plan_format import MAX_PLACES
from venues.plan_format.conventions import split_category, split_zone_id
from venues.row_edits import add_row, add_seat_at_end, guids_of, insert_seat

from .plan_pages import plan_page

PER_PAGE = 100
MAX_NAME, MAX_NUMBER = 80, 40


def table_page(request: HttpRequest, model_admin: Any, draft: EditedPlan) -> HttpResponse:
    """Show a table of the draft, or save what was entered in it."""
    zone, row = _selected(request, draft)
    form = None
    if request.method == "POST":
        if "new" in request.POST:
            form = NewSectionForm(request.POST, auto_id="new-%s")
            if form.is_valid():
                _add_section(draft, form)
                form = None
        else:
            _apply(request.POST, draft.document, zone, row)
        if form is None:
            return _save(request, draft)
    return _show(request, model_admin, draft, zone, row, form)


def _selected(
    request: HttpRequest, draft: EditedPlan
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    zone = _item(draft.document["zones"], request.GET.get("section"))
    return zone, _item(zone["rows"], request.GET.get("row")) if zone else None


def _item(items: Sequence[dict[str, Any]], index: str | None) -> dict[str, Any] | None:
    if not index:
        return None
    if not index.isascii() or not index.isdigit() or len(index) > 6 or int(index) >= len(items):
        raise Http404
    return items[int(index)]


def _save(request: HttpRequest, draft: EditedPlan) -> HttpResponse:
    """Save, and show the same page again, or the one above if its section or row is gone."""
    revision = request.POST.get("revision", "")
    try:
        save_document(
            draft=draft,
            revision=int(revision) if revision.isdecimal() and len(revision) < 9 else 0,
            document=draft.document,
        )
    except DraftChanged as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Draft saved."))
    return redirect(request.get_full_path())


def _add_section(draft: EditedPlan, form: NewSectionForm) -> None:
    taken = {split_zone_id(zone.get("zone_id", "")).slug for zone in draft.document["zones"]}
    name = form.cleaned_data["name"]
    slug = free_slug(name, fallback="section", most=60, is_taken=taken)
    edits.add_section(draft.document, form.section(slug))


def _apply(
    post: QueryDict,
    document: dict[str, Any],
    zone: dict[str, Any] | None,
    row: dict[str, Any] | None,
) -> None:
    """Change the document by the submitted table."""
    if zone is not None and row is not None:
        _apply_seats(post, document, zone, row)
    elif zone is not None:
        _apply_rows(post, document, zone)
    else:
        _apply_zones(post, document)
    edits.list_used_kinds(document)


def _apply_zones(post: QueryDict, document: dict[str, Any]) -> None:
    known = edits.category_names(document)
    for index, zone in enumerate(document["zones"]):
        name = post.get(f"name-{index}", "").strip()
        if name:
            zone["name"] = name[:MAX_NAME]
        category = post.get(f"category-{index}", "")
        if edits.is_standing(zone):
            now = split_zone_id(zone["zone_id"])
            capacity = post.get(f"capacity-{index}", "")
            is_number = capacity.isascii() and capacity.isdigit() and len(capacity) < 6
            edits.set_standing(
                zone,
                capacity=min(int(capacity), MAX_PLACES)
                if is_number and int(capacity)
                else int(now.capacity or 1),
                category=category if category in known else now.category,
            )
        elif category in known:
            for row in zone["rows"]:
                edits.set_row(row, category=category)
    document["zones"] = [
        zone for i, zone in enumerate(document["zones"]) if f"delete-{i}" not in post
    ]


def _apply_rows(post: QueryDict, document: dict[str, Any], zone: dict[str, Any]) -> None:
    known = edits.category_names(document)
    for index, row in enumerate(zone["rows"]):
        name = post.get(f"name-{index}")
        if name is not None:
            row["row_number"] = name.strip()[:MAX_NAME]
        edits.set_row(
            row,
            category=_known(post.get(f"category-{index}"), known),
            kind=post.get(f"kind-{index}", ""),
        )
    zone["rows"] = [row for i, row in enumerate(zone["rows"]) if f"delete-{i}" not in post]
    if "add" in post and any(row["seats"] for row in zone["rows"]):
        add_row(document, zone)
        keep_inside(document)


def _apply_seats(
    post: QueryDict, document: dict[str, Any], zone: dict[str, Any], row: dict[str, Any]
) -> None:
    known = edits.category_names(document)
    for index, seat in enumerate(row["seats"]):
        number = post.get(f"number-{index}", "").strip()
        edits.set_seat(
            seat,
            number=number[:MAX_NUMBER] or None,
            category=_known(post.get(f"category-{index}"), known) or None,
            kind=post.get(f"kind-{index}"),
        )
    beside = _item(row["seats"], post.get("insert"))
    row["seats"] = [seat for i, seat in enumerate(row["seats"]) if f"delete-{i}" not in post]
    if row["seats"] and ("add" in post or beside in row["seats"]):
        flatten_zone(zone)
        edits.add_category(document, split_category(row["seats"][0]["category"])[0])
        if beside is None:
            add_seat_at_end(document, zone, row)
        else:
            at = row["seats"].index(beside)
            insert_seat(row, at, before=True, taken=guids_of(document))
        keep_inside(document)


def _known(name: str | None, known: Sequence[str]) -> str:
    return name if name is not None and name in known else ""


def _show(
    request: HttpRequest,
    model_admin: Any,
    draft: EditedPlan,
    zone: dict[str, Any] | None,
    row: dict[str, Any] | None,
    form: NewSectionForm | None,
) -> HttpResponse:
    document = draft.document
    if zone is not None and row is not None:
        items: list[Any] = [_seat_item(seat, i) for i, seat in enumerate(row["seats"])]
    elif zone is not None:
        items = [_row_item(row_, i) for i, row_ in enumerate(zone["rows"])]
    else:
        items = [_zone_item(z, i) for i, z in enumerate(document["zones"]) if not _is_drawing(z)]
    page = Paginator(items, PER_PAGE).get_page(request.GET.get("page"))
    checked = check_document(document)
    return plan_page(
        request,
        model_admin,
        "admin/venues/draft_table.html",
        draft.name,
        refused=form is not None,
        draft=draft,
        zone=zone,
        row=row,
        section=request.GET.get("section"),
        page=page,
        categories=edits.category_names(document),
        kinds=Seat.Kind.choices,
        checked=checked,
        new_form=form or NewSectionForm(initial=default_place(document), auto_id="new-%s"),
    )


def _is_drawing(zone: dict[str, Any]) -> bool:
    """Return whether the zone has shapes only, which tables do not show."""
    return not zone["rows"] and not edits.is_standing(zone)


def _zone_item(zone: dict[str, Any], index: int) -> dict[str, Any]:
    settings = split_zone_id(zone.get("zone_id", ""))
    seats = [seat for row in zone["rows"] for seat in row["seats"]]
    categories = {split_category(seat["category"])[0] for seat in seats}
    return {
        "index": index,
        "name": zone.get("name") or settings.slug,
        "rows": len(zone["rows"]),
        "seats": len(seats),
        "capacity": settings.capacity,
        "category": settings.category or (categories.pop() if len(categories) == 1 else ""),
    }


def _row_item(row: dict[str, Any], index: int) -> dict[str, Any]:
    split = [split_category(seat["category"]) for seat in row["seats"]]
    categories, kinds = ({pair[part] for pair in split} for part in (0, 1))
    return {
        "index": index,
        "name": row["row_number"],
        "seats": len(split),
        "category": categories.pop() if len(categories) == 1 else "",
        "kind": kinds.pop() if len(kinds) == 1 else "",
    }


def _seat_item(seat: dict[str, Any], index: int) -> dict[str, Any]:
    category, kind = split_category(seat["category"])
    return {
        "index": index,
        "name": seat["seat_number"],
        "category": category,
        "kind": kind,
    }
