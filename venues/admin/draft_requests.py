"""The requests of the plan editor: load and save the draft, generate rows, number seats."""

import zlib
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from core.pictures import InvalidPicture, as_webp, read_picture
from core.slugs import free_slug
from venues.document_positions import flatten_zone
from venues.edited_plans import DraftChanged, check_document, save_document
from venues.models import EditedPlan
from venues.new_sections import NewSectionForm
from venues.numbering import RelabelForm
from venues.plan_format import MAX_BYTES, InvalidPlan, parse_document, section_zone
from venues.plan_format.values import default_color
from venues.row_edits import guids_of, insert_seat, next_row

BACKGROUND_WIDTH = 2000
MAX_PLACE = 100_000
GZIP = "application/gzip"


def document(request: HttpRequest, model_admin: Any, draft: EditedPlan) -> HttpResponse:
    """Return the draft, or save the document in the body, which may be compressed.

    Saving needs the `revision` that was loaded; another one is refused with status 409. A document
    that does not follow the schema is refused with 422. One with faults is saved, and they are
    returned.
    """
    if request.method != "POST":
        return JsonResponse(
            {
                "revision": draft.revision,
                "document": draft.document,
                "background": draft.background_place if draft.background else None,
                **_verdict(draft.document),
            }
        )
    body = _read_body(request)
    if body is None:
        message = _("The draft is larger than %d MB.") % (MAX_BYTES // 1024**2)
        return JsonResponse({"error": message}, status=413)
    try:
        sent, _warnings = parse_document(body)
        revision = save_document(
            draft=draft, revision=_number(request.GET.get("revision")), document=sent
        )
    except InvalidPlan as refusal:
        faults = [_as_json(fault) for fault in refusal.faults]
        error = _("The draft could not be saved.")
        return JsonResponse({"error": error, "faults": faults}, status=422)
    except DraftChanged as refusal:
        return JsonResponse({"error": str(refusal)}, status=409)
    return JsonResponse({"revision": revision, **_verdict(sent)})


def new_section(request: HttpRequest, model_admin: Any, draft: EditedPlan) -> HttpResponse:
    """Return a new section as a zone of the plan file; it is not saved."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    form = NewSectionForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    taken = set(request.POST.get("slugs", "").split())
    slug = free_slug(form.cleaned_data["name"], fallback="section", most=60, is_taken=taken)
    section = form.section(slug)
    color = default_color(min(_number(request.POST.get("categories")), 1000))
    return JsonResponse({"zone": section_zone(section), "color": color})


def new_row(request: HttpRequest, model_admin: Any, draft: EditedPlan) -> HttpResponse:
    """Return a row behind the last one of the section in the body; it is not saved."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    sent, zone = _sent_section(request)
    if zone is None:
        return HttpResponse(status=422)
    return JsonResponse({"row": next_row(zone, taken=guids_of(sent))})


def new_seat(request: HttpRequest, model_admin: Any, draft: EditedPlan) -> HttpResponse:
    """Return the row in the body with a seat beside the one with the index `at`; not saved.

    It is behind that seat, or before it with the parameter `before`.
    """
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    sent, zone = _sent_section(request)
    row = zone["rows"][0] if zone else {"seats": []}
    at = _number(request.GET.get("at"))
    if at >= len(row["seats"]):
        return HttpResponse(status=422)
    insert_seat(row, at, before="before" in request.GET, taken=guids_of(sent))
    return JsonResponse({"row": row})


def _sent_section(request: HttpRequest) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Return a posted plan file and its section, flat and with seats, or None."""
    try:
        sent, _warnings = parse_document(_read_body(request) or b"")
    except InvalidPlan:
        return {"zones": []}, None
    zone = next(iter(sent["zones"]), None)
    if zone is None or not zone["rows"] or not all(row["seats"] for row in zone["rows"]):
        return sent, None
    flatten_zone(zone)
    return sent, zone


def labels(request: HttpRequest, model_admin: Any, draft: EditedPlan) -> HttpResponse:
    """Return names of rows and numbers of seats, for rows that exist."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    form = RelabelForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    return JsonResponse(form.labels())


def background(request: HttpRequest, model_admin: Any, draft: EditedPlan) -> HttpResponse:
    """Return the picture to trace; save a new one, its place, or remove it ("remove")."""
    if request.method != "POST":
        if not draft.background:
            return HttpResponse(status=204)
        return HttpResponse(
            bytes(draft.background),
            content_type="image/webp",
            headers={"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"},
        )
    if "remove" in request.POST:
        draft.background, draft.background_place = None, {}
    else:
        if file := request.FILES.get("picture"):
            try:
                image = read_picture(file)
            except InvalidPicture as refusal:
                return JsonResponse({"errors": {"picture": [str(refusal)]}}, status=422)
            draft.background = as_webp(image, BACKGROUND_WIDTH).read()
        draft.background_place = _place(request, draft)
    draft.save(update_fields=["background", "background_place"])
    return JsonResponse({"background": draft.background_place if draft.background else None})


def _place(request: HttpRequest, draft: EditedPlan) -> dict[str, float]:
    """Return where the picture lies, with the plan's width if nothing was sent."""
    place = {"x": 0.0, "y": 0.0, "width": float(draft.document["size"]["width"]), "opacity": 0.5}
    for name in place:
        try:
            value = float(request.POST.get(name, ""))
        except ValueError:
            continue
        if abs(value) <= MAX_PLACE:
            place[name] = value
    place["width"] = max(place["width"], 1.0)
    place["opacity"] = min(max(place["opacity"], 0.0), 1.0)
    return place


def _read_body(request: HttpRequest) -> bytes | None:
    """Return the body, decompressed if need be; None if it is larger than a plan may be."""
    body = request.read(MAX_BYTES + 1)
    if len(body) <= MAX_BYTES and request.content_type == GZIP:
        try:
            body = zlib.decompressobj(wbits=31).decompress(body, MAX_BYTES + 1)
        except zlib.error:
            return b""
    return body if len(body) <= MAX_BYTES else None


def _verdict(document: dict[str, Any]) -> dict[str, Any]:
    checked = check_document(document)
    return {
        "faults": [_as_json(fault) for fault in checked.faults],
        "warnings": list(checked.warnings),
    }


def _as_json(fault: Any) -> dict[str, str]:
    return {"path": fault.path, "text": str(fault)}


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0
