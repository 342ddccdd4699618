"""The door: choose a performance, scan tickets, undo. Works without JavaScript."""

import re
from datetime import timedelta
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import user_of
from bookings.documents.ticket_codes import public_keys
from core.annotations import HtmxRequest
from core.exceptions import Refused
from core.primary_keys import parse_key
from shows.models import Performance

from . import scan_results
from .access import door_staff, get_performance, may_sell
from .attendance import attendance_of
from .check_ins import check_in, undo_check_in
from .exceptions import CheckInRefused
from .forms import DOOR, DoorForm, ScanForm, door_of
from .models import CheckIn
from .qr_images import read_picture
from .scan_time import is_on_another_date
from .ticket_search import explain_no_match, find_tickets, is_code

# A performance is listed from a day before its start until it has certainly ended.
BEFORE, AFTER, MAX_RESULTS = timedelta(hours=24), timedelta(hours=8), 30
LATEST = 5
SCAN_NAME = re.compile(r"[\w-]{1,40}", re.ASCII)


@never_cache
@door_staff
@require_safe
def choose(request: HtmxRequest) -> HttpResponse:
    """List current and upcoming performances."""
    now = timezone.now()
    performances = Performance.objects.select_related("show", "venue").filter(
        opened_at__isnull=False, starts_at__gt=now - AFTER
    )
    listed = list(performances.order_by("starts_at")[:MAX_RESULTS])
    context = {
        "tonight": [row for row in listed if row.starts_at < now + BEFORE],
        "later": [row for row in listed if row.starts_at >= now + BEFORE],
        "may_sell": may_sell(user_of(request)),
    }
    return render(request, "door/choose.html", context)


@never_cache
@door_staff
@require_safe
def scan(request: HtmxRequest, pk: int) -> HttpResponse:
    """Show the page to scan tickets."""
    return _page(request, get_performance(pk))


@never_cache
@door_staff
@require_POST
def check(request: HtmxRequest, pk: int) -> HttpResponse:
    """Process one scan: a code, a ticket chosen from a list, a photo, or a search text.

    The header `X-Scan` repeats the id of the scan. Scripts ignore responses without it, such as a
    login page or the captive portal of a wireless network.
    """
    response = _checked(request, pk)
    if SCAN_NAME.fullmatch(scan := request.POST.get("scan", "")):
        response["X-Scan"] = scan
    return response


def _checked(request: HtmxRequest, pk: int) -> HttpResponse:
    performance = get_performance(pk)
    form = ScanForm(request.POST, request.FILES)
    if not form.is_valid():
        return _answer(request, performance, scan_results.nothing_read())
    data = form.cleaned_data
    text = data["text"].strip()
    if data["picture"]:
        text = read_picture(data["picture"])
        if text is None:
            return _answer(request, performance, scan_results.nothing_read())
    elif not data["ticket"] and not text:
        return _answer(request, performance, scan_results.nothing_typed())
    elif not data["ticket"] and not is_code(text):
        return _found(request, performance, text)
    return _answer(request, performance, _check_in(request, performance, text, data))


@never_cache
@door_staff
@require_POST
def undo(request: HtmxRequest, pk: int) -> HttpResponse:
    """Undo a check-in."""
    performance = get_performance(pk)
    key = parse_key(request.POST.get("check_in"))
    row = get_object_or_404(CheckIn.objects.with_ticket(), pk=key or 0, performance_id=pk)
    try:
        answer = scan_results.undone(undo_check_in(check_in=row, by=user_of(request)))
    except Refused as refusal:
        answer = scan_results.Answer("amber", _("Undone"), str(refusal), row.ticket)
    return _answer(request, performance, answer)


@never_cache
@door_staff
@require_safe
def count(request: HtmxRequest, pk: int) -> HttpResponse:
    """Show the attendance, for a page that refreshes it."""
    performance = get_performance(pk)
    return render(request, "door/_count.html", _counted(performance))


@never_cache
@door_staff
@require_POST
def read(request: HtmxRequest) -> JsonResponse:
    """Read a QR code from a camera frame for browsers that cannot: `{"text": …}`, or null."""
    form = ScanForm(request.POST, request.FILES)
    picture = form.cleaned_data["picture"] if form.is_valid() else None
    return JsonResponse({"text": read_picture(picture) if picture else None})


@never_cache
@door_staff
@require_POST
def name(request: HtmxRequest, pk: int) -> HttpResponse:
    """Store the name of this browser's door."""
    performance = get_performance(pk)
    form = DoorForm(request.POST)
    if not form.is_valid():
        return _page(request, performance, door_form=form, status=422)
    request.session[DOOR] = form.cleaned_data["door"]
    return redirect("door:scan", performance.pk)


def _check_in(
    request: HtmxRequest, performance: Performance, text: str, data: dict[str, Any]
) -> scan_results.Answer:
    try:
        row = check_in(
            performance_id=performance.pk,
            door=door_of(request),
            by=user_of(request),
            code=text,
            ticket_id=data["ticket"],
            scan=data["scan"] or None,
        )
    except CheckInRefused as refusal:
        return scan_results.refused(refusal)
    return scan_results.accepted(row, performance)


def _found(request: HtmxRequest, performance: Performance, text: str) -> HttpResponse:
    found = find_tickets(performance_id=performance.pk, text=text)
    if found:
        if request.htmx:
            context = {"found": found, "performance": performance}
            return render(request, "door/_found.html", context)
        return _page(request, performance, found=found, text=text)
    elsewhere = explain_no_match(performance=performance, text=text)
    return _answer(request, performance, scan_results.refused(elsewhere))


def _answer(
    request: HtmxRequest, performance: Performance, answer: scan_results.Answer
) -> HttpResponse:
    if request.htmx:
        context = {"answer": answer, "performance": performance}
        return render(request, "door/_answer.html", context)
    return _page(request, performance, answer=answer)


def _page(
    request: HtmxRequest, performance: Performance, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        **_counted(performance),
        "door": door_of(request),
        "keys": public_keys(),
        "may_sell": may_sell(user_of(request)),
        "other_date": is_on_another_date(performance, timezone.now()),
        "offline": [scan_results.Answer("amber", ""), scan_results.Answer("red", "")],
        **more,
    }
    return render(request, "door/scan.html", context, status=status)


def _counted(performance: Performance) -> dict[str, Any]:
    latest = CheckIn.objects.live().at_performance(performance.pk).with_ticket()
    return {
        "performance": performance,
        "zone": performance.venue.zone,
        "count": attendance_of(performance.pk),
        "latest": latest[:LATEST],
    }
