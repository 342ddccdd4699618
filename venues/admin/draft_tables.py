"""A draft as tables: sections, their rows, and the seats of a row. They work without JavaScript.

Each table is a page of its own, addressed by the index of the section and of the row. Saving needs
the revision that was shown, so that indexes cannot mean something else.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from core.slugs import free_slug
from venues import document_edits as edits
from venues.document_positions import default_place, flatten_zone, keep_inside
from venues.edited_plans import DraftChanged, check_document, save_document, undo_save
from venues.models import EditedPlan, Seat
from venues.new_sections import NewSectionForm
from venues.plan_format import MAX_PLACES
from venues.plan_format.conventions import split_category, split_zone_id
from venues.row_edits import add_row, add_seat_at_end, drop_outline, guids_of, insert_seat
from venues.section_edits import is_section, move_up

from .draft_arrangement import (
    BUTTON,
    address_after,
    arrange,
    arrangement_context,
    chosen_seats,
)
from .draft_table_parts import (
    PARTS,
    NotPossible,
    RenumberForm,
    category_items,
    read_number,
    shape_items,
)
from .plan_pages import plan_page

Document = dict[str, Any]
PER_PAGE = 100
MAX_NAME, MAX_NUMBER = 80, 40


def table_page(request: HttpRequest, model_admin: Any, draft: EditedPlan) -> HttpResponse:
    """Show a table of the draft, or save what was entered in it or in a form beside it."""
    zone, row = _selected(request, draft)
    form = None
    if request.method == "POST":
        try:
            form = _change(request.POST, draft, zone, row)
            if form is None:
                return _save(request, draft)
        except NotPossible as refusal:
            messages.error(request, str(refusal))
            return redirect(address_after(request, is_done=False))
    return _show(request, model_admin, draft, zone, row, form)


def _change(
    post: QueryDict, draft: EditedPlan, zone: Document | None, row: Document | None
) -> forms.Form | None:
    """Change the document as entered. Return the form that has errors, if any."""
    if "undo" in post:
        return None
    document = draft.document
    if "new" in post:
        form = NewSectionForm(post, auto_id="new-%s")
        if not form.is_valid():
            return form
        _add_section(draft, form)
        return None
    part = next((PARTS[name] for name in PARTS if name in post), None)
    if part:
        return part(post, document, zone, row)
    seats = chosen_seats(post, zone, row) if BUTTON in post else []
    _apply(post, document, zone, row)
    if BUTTON in post and zone is not None:
        left = {id(seat) for one in zone["rows"] for seat in one["seats"]}
        arrange(post, zone, [seat for seat in seats if id(seat) in left])
        keep_inside(document)
    return None


def _selected(request: HttpRequest, draft: EditedPlan) -> tuple[Document | None, Document | None]:
    zone = _item(draft.document["zones"], request.GET.get("section"))
    return zone, _item(zone["rows"], request.GET.get("row")) if zone else None


def _item(items: Sequence[dict[str, Any]], index: str | None) -> Document | None:
    if not index:
        return None
    if not index.isascii() or not index.isdigit() or len(index) > 6 or int(index) >= len(items):
        raise Http404
    return items[int(index)]


def _save(request: HttpRequest, draft: EditedPlan) -> HttpResponse:
    """Save, and show the same page again; or undo, and show the first, as its row may be gone."""
    sent = request.POST.get("revision", "")
    revision = int(sent) if sent.isdecimal() and len(sent) < 9 else 0
    try:
        if "undo" in request.POST:
            undo_save(draft=draft, revision=revision)
        else:
            save_document(draft=draft, revision=revision, document=draft.document)
    except DraftChanged as refusal:
        messages.error(request, str(refusal))
    else:
        if "undo" in request.POST:
            messages.success(request, _("The last save was undone."))
            return redirect(request.path)
        messages.success(request, _("Draft saved."))
        return redirect(address_after(request, is_done=True))
    return redirect(address_after(request, is_done=False))


def _add_section(draft: EditedPlan, form: NewSectionForm) -> None:
    taken = {split_zone_id(zone.get("zone_id", "")).slug for zone in draft.document["zones"]}
    name = form.cleaned_data["name"]
    slug = free_slug(name, fallback="section", most=60, is_taken=taken)
    edits.add_section(draft.document, form.section(slug))


def _apply(
    post: QueryDict,
    document: Document,
    zone: Document | None,
    row: Document | None,
) -> None:
    """Change the document by the submitted table."""
    if zone is not None and row is not None:
        _apply_seats(post, document, zone, row)
    elif zone is not None:
        _apply_rows(post, document, zone)
    else:
        _apply_zones(post, document)
    edits.list_used_kinds(document)


def _apply_zones(post: QueryDict, document: Document) -> None:
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
    moved = _item(document["zones"], post.get("up"))
    document["zones"] = [
        zone for i, zone in enumerate(document["zones"]) if f"delete-{i}" not in post
    ]
    if moved:
        move_up(document, moved)


def _apply_rows(post: QueryDict, document: Document, zone: Document) -> None:
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


def _apply_seats(post: QueryDict, document: Document, zone: Document, row: Document) -> None:
    known = edits.category_names(document)
    for index, seat in enumerate(row["seats"]):
        number = post.get(f"number-{index}", "").strip()
        edits.set_seat(
            seat,
            number=number[:MAX_NUMBER] or None,
            category=_known(post.get(f"category-{index}"), known) or None,
            kind=post.get(f"kind-{index}"),
        )
    if _move_seats(post, zone, row):
        keep_inside(document)
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


def _move_seats(post: QueryDict, zone: Document, row: Document) -> bool:
    """Move the seats to the positions that were entered; return whether any has another one."""
    x, y = _origin(zone, row)
    is_moved = False
    for index, seat in enumerate(row["seats"]):
        now = _seat_item(x, y, seat, index)
        wanted = {axis: read_number(post, f"{axis}-{index}") for axis in ("x", "y")}
        for axis, value in wanted.items():
            if value is not None and value != now[axis]:
                seat["position"][axis] = round(seat["position"][axis] + value - now[axis], 2)
                is_moved = True
    if is_moved:
        drop_outline(zone)
    return is_moved


def _origin(zone: Document, row: Document) -> tuple[float, float]:
    """Return where the positions of the row's seats begin."""
    own = row.get("position") or {"x": 0, "y": 0}
    return zone["position"]["x"] + own["x"], zone["position"]["y"] + own["y"]


def _known(name: str | None, known: Sequence[str]) -> str:
    return name if name is not None and name in known else ""


def _show(
    request: HttpRequest,
    model_admin: Any,
    draft: EditedPlan,
    zone: Document | None,
    row: Document | None,
    form: forms.Form | None,
) -> HttpResponse:
    document = draft.document
    if zone is not None and row is not None:
        items: list[Any] = [
            _seat_item(*_origin(zone, row), seat, i) for i, seat in enumerate(row["seats"])
        ]
    elif zone is not None:
        items = [_row_item(row_, i) for i, row_ in enumerate(zone["rows"])]
    else:
        items = [_zone_item(z, i) for i, z in enumerate(document["zones"]) if is_section(z)]
    arrangement = arrangement_context(request, zone, row)
    for item in items:
        item["is_chosen"] = str(item["index"]) in arrangement.get("chosen", ())
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
        arrangement=arrangement,
        categories=edits.category_names(document),
        kinds=Seat.Kind.choices,
        checked=checked,
        category_items=category_items(document),
        shapes=Paginator(shape_items(document), PER_PAGE).get_page(request.GET.get("shapes")),
        is_standing=zone is not None and edits.is_standing(zone),
        may_undo=EditedPlan.objects.filter(pk=draft.pk, previous__isnull=False).exists(),
        renumber_form=form
        if isinstance(form, RenumberForm)
        else RenumberForm(zone)
        if zone
        else None,
        new_form=form
        if isinstance(form, NewSectionForm)
        else NewSectionForm(initial=default_place(document), auto_id="new-%s"),
    )


def _zone_item(zone: Document, index: int) -> dict[str, Any]:
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


def _row_item(row: Document, index: int) -> dict[str, Any]:
    split = [split_category(seat["category"]) for seat in row["seats"]]
    categories, kinds = ({pair[part] for pair in split} for part in (0, 1))
    return {
        "index": index,
        "name": row["row_number"],
        "seats": len(split),
        "category": categories.pop() if len(categories) == 1 else "",
        "kind": kinds.pop() if len(kinds) == 1 else "",
    }


def _seat_item(x: float, y: float, seat: dict[str, Any], index: int) -> dict[str, Any]:
    category, kind = split_category(seat["category"])
    return {
        "index": index,
        "name": seat["seat_number"],
        "category": category,
        "kind": kind,
        "x": round(x + seat["position"]["x"], 2),
        "y": round(y + seat["position"]["y"], 2),
    }
