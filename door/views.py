"""The door: choose the evening, scan, let in. Works as plain forms, quicker with scripts."""

import re
from datetime import timedelta

from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bookings.documents.ticket_codes import public_keys
from bookings.exceptions import Refusal
from shows.models import Performance

from . import scan_results
from .access import door_staff, get_performance, may_sell
from .attendance import count_of
from .check_ins import check_in, undo_check_in
from .exceptions import NotLetIn
from .forms import DOOR, DoorForm, ScanForm, door_of
from .models import CheckIn
from .qr_images import read_picture
from .scan_time import is_on_another_date
from .ticket_search import find_elsewhere, find_tickets, is_code

# A performance is on the list from a day before its start until it is certainly over.
BEFORE, AFTER, MOST = timedelta(hours=24), timedelta(hours=8), 30
LATEST = 5
SCAN_NAME = re.compile(r"[\w-]{1,40}", re.ASCII)


@never_cache
@door_staff
@require_safe
def choose(request):
    """List what is on now, and what comes next."""
    now = timezone.now()
    performances = Performance.objects.select_related("show", "venue").filter(
        opened_at__isnull=False, starts_at__gt=now - AFTER
    )
    performances = list(performances.order_by("starts_at")[:MOST])
    context = {
        "tonight": [row for row in performances if row.starts_at < now + BEFORE],
        "later": [row for row in performances if row.starts_at >= now + BEFORE],
    }
    return render(request, "door/choose.html", context)


@never_cache
@door_staff
@require_safe
def scan(request, pk):
    """The page that scans."""
    return _page(request, get_performance(pk))


@never_cache
@door_staff
@require_POST
def check(request, pk):
    """Answer one scan: a code, a ticket chosen from a list, a picture, or words to look for.

    The header `X-Scan` repeats the scan's name. A script takes no answer without it for ours: a
    log-in page or the page of a wireless network is not one.
    """
    response = _checked(request, pk)
    if SCAN_NAME.fullmatch(scan := request.POST.get("scan", "")):
        response["X-Scan"] = scan
    return response


def _checked(request, pk):
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
def undo(request, pk):
    """Take a check-in back."""
    performance = get_performance(pk)
    number = request.POST.get("check_in", "")
    number = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    row = get_object_or_404(CheckIn.objects.with_ticket(), pk=number, performance_id=pk)
    try:
        answer = scan_results.undone(undo_check_in(check_in=row, by=request.user))
    except Refusal as refusal:
        answer = scan_results.Answer("amber", _("Undone"), str(refusal), row.ticket)
    return _answer(request, performance, answer)


@never_cache
@door_staff
@require_safe
def count(request, pk):
    """How many are in, for a page that keeps asking."""
    performance = get_performance(pk)
    return render(request, "door/_count.html", _counted(performance))


@never_cache
@door_staff
@require_POST
def read(request):
    """Read a frame of the camera for a browser that cannot: `{"text": …}`, or null."""
    form = ScanForm(request.POST, request.FILES)
    picture = form.cleaned_data["picture"] if form.is_valid() else None
    return JsonResponse({"text": read_picture(picture) if picture else None})


@never_cache
@door_staff
@require_POST
def name(request, pk):
    """Remember, in this browser, what its door is called."""
    performance = get_performance(pk)
    form = DoorForm(request.POST)
    if not form.is_valid():
        return _page(request, performance, naming=form, status=422)
    request.session[DOOR] = form.cleaned_data["door"]
    return redirect("door:scan", performance.pk)


def _check_in(request, performance, text, data):
    try:
        row = check_in(
            performance_id=performance.pk,
            door=door_of(request),
            by=request.user,
            code=text,
            ticket_id=data["ticket"],
            scan=data["scan"] or None,
        )
    except NotLetIn as refusal:
        return scan_results.not_let_in(refusal)
    return scan_results.let_in(row, performance)


def _found(request, performance, text):
    found = find_tickets(performance_id=performance.pk, text=text)
    if found:
        if request.htmx:
            context = {"found": found, "performance": performance}
            return render(request, "door/_found.html", context)
        return _page(request, performance, found=found, text=text)
    elsewhere = find_elsewhere(performance=performance, text=text)
    return _answer(request, performance, scan_results.not_let_in(elsewhere))


def _answer(request, performance, answer):
    if request.htmx:
        context = {"answer": answer, "performance": performance}
        return render(request, "door/_answer.html", context)
    return _page(request, performance, answer=answer)


def _page(request, performance, *, status=200, **more):
    context = {
        **_counted(performance),
        "door": door_of(request),
        "keys": public_keys(),
        "may_sell": may_sell(request.user),
        "other_date": is_on_another_date(performance, timezone.now()),
        "offline": [scan_results.Answer("amber", ""), scan_results.Answer("red", "")],
        **more,
    }
    return render(request, "door/scan.html", context, status=status)


def _counted(performance):
    latest = CheckIn.objects.live().at_performance(performance.pk).with_ticket()
    return {
        "performance": performance,
        "zone": performance.venue.zone,
        "count": count_of(performance.pk),
        "latest": latest[:LATEST],
    }
