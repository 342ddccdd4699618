"""Scans that a device sends later, because it was offline when it made them."""

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.requests import user_of
from shows.models import Performance

from .access import door_device
from .check_ins import check_in
from .exceptions import CheckInRefused
from .forms import DeviceScanForm, door_of
from .scan_time import corrected_time


@never_cache
@door_device
@require_POST
def record_scan(request: HttpRequest, pk: int) -> JsonResponse:
    """Record one scan; return the id that the device gave it.

    The device deletes a scan only after it has read this id and `recorded`.
    """
    form = DeviceScanForm(request.POST)
    if not form.is_valid():
        return _refused(request, _("Not recorded"), _("Invalid scan."), status=422)
    if not Performance.objects.filter(pk=pk, opened_at__isnull=False).exists():
        text = _("This performance no longer exists.")
        return _refused(request, _("Not recorded"), text, status=404)
    data = form.cleaned_data
    scanned_at = corrected_time(
        scanned_at=data["scanned_at"], sent_at=data["sent_at"], now=timezone.now()
    )
    try:
        check_in(
            performance_id=pk,
            door=data["door"] or door_of(request),
            by=user_of(request),
            code=data["text"],
            scan=data["scan"],
            scanned_at=scanned_at,
        )
    except CheckInRefused as refusal:
        label = refusal.ticket.label if refusal.ticket else ""
        title, text = refusal.title, str(refusal)
        return _refused(request, title, text, status=refusal.status, label=label)
    return JsonResponse({"scan": data["scan"], "outcome": "recorded"})


def _refused(
    request: HttpRequest, title: str, text: str, *, status: int, label: str = ""
) -> JsonResponse:
    answer = {"scan": request.POST.get("scan", ""), "outcome": "refused"}
    return JsonResponse({**answer, "title": title, "text": text, "label": label}, status=status)
