"""Pages of Apple Wallet: the passes of an order, and the web service for devices."""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.http import http_date, parse_http_date_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..configuration import apple_signer, require_apple
from ..exceptions import WalletUnavailable
from ..models import WalletPass
from ..passes import MOST_IN_BUNDLE, find_pass, is_token_of, note_changes, passes_of
from ..views import order_with_tickets, unavailable
from . import web_service
from .pass_file import BUNDLE_MIME_TYPE, MIME_TYPE, bundle, pass_file

logger = logging.getLogger(__name__)

SCHEME = "ApplePass "
LONGEST_DEVICE, LONGEST_TOKEN = 100, 200
LARGEST_BODY = 20_000  # Bytes.
MOST_LINES, LONGEST_LINE = 20, 300


@never_cache
@require_safe
def order_passes(request: HttpRequest, reference: str) -> HttpResponse:
    """Return the order's tickets for Apple Wallet: one as .pkpass, several as .pkpasses.

    Of a large order, the part that `?part=` asks for; the first is 1.
    """
    order = order_with_tickets(request, reference)
    try:
        signer = require_apple()
    except WalletUnavailable as refusal:
        return unavailable(request, order, refusal)
    part = _part_of(passes_of(order, WalletPass.Kind.APPLE), request.GET.get("part", "1"))
    name = f"tickets-{order.reference}"
    if len(part) == 1:
        return _file(pass_file(part[0], signer), MIME_TYPE, f"{name}.pkpass")
    return _file(bundle(part, signer), BUNDLE_MIME_TYPE, f"{name}.pkpasses")


def _part_of(passes: list[WalletPass], number: str) -> list[WalletPass]:
    """Return the passes of a bundle by its number, or raise 404."""
    is_number = number.isascii() and number.isdigit() and len(number) < 6
    first = (int(number) - 1) * MOST_IN_BUNDLE if is_number else -1
    if not 0 <= first < len(passes):
        raise Http404
    return passes[first : first + MOST_IN_BUNDLE]


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": disposition}
    )


def for_pass(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorator: pass on the `WalletPass` of this serial number, if the request has its token.

    Everything else is 401: a wrong token, an unknown pass, one of another pass type.
    """

    @wraps(view)
    def authorised(
        request: HttpRequest, pass_type: str, serial: str, **kwargs: Any
    ) -> HttpResponse:
        given = request.headers.get("Authorization", "")
        signer, token = apple_signer(), given.removeprefix(SCHEME)
        is_known = signer is not None and signer.pass_type_id == pass_type
        if not (is_known and given.startswith(SCHEME) and is_token_of(token, serial)):
            return HttpResponse(status=401)
        wallet_pass = find_pass(serial)
        if wallet_pass is None:
            return HttpResponse(status=401)
        return view(request, wallet_pass, **kwargs)

    return authorised


@csrf_exempt
@never_cache
@require_http_methods(["POST", "DELETE"])
@for_pass
def registration(request: HttpRequest, wallet_pass: WalletPass, device: str) -> HttpResponse:
    """Register the pass on a device (201, or 200 if it was), or remove it (200)."""
    if len(device) > LONGEST_DEVICE:
        return HttpResponse(status=400)
    if request.method == "DELETE":
        web_service.unregister(wallet_pass=wallet_pass, device=device)
        return HttpResponse()
    push_token: Any = _body_of(request).get("pushToken")
    if not _is_push_token(push_token):
        return HttpResponse(status=400)
    is_new = web_service.register(wallet_pass=wallet_pass, device=device, push_token=push_token)
    return HttpResponse(status=201 if is_new else 200)


@never_cache
@require_safe
def updated(request: HttpRequest, device: str, pass_type: str) -> HttpResponse:
    """Return the serial numbers of the device's passes that changed, or 204."""
    signer = apple_signer()
    if signer is None or signer.pass_type_id != pass_type or len(device) > LONGEST_DEVICE:
        return HttpResponse(status=404)
    tag, serials = web_service.changed_serials(
        device=device, tag=request.GET.get("passesUpdatedSince", "")
    )
    if not serials:
        return HttpResponse(status=204)
    return JsonResponse({"lastUpdated": tag, "serialNumbers": serials})


@never_cache
@require_safe
@for_pass
def latest(request: HttpRequest, wallet_pass: WalletPass) -> HttpResponse:
    """Return the pass as it is now, or 304 if the device has that already."""
    if note_changes(WalletPass.objects.filter(pk=wallet_pass.pk)):
        wallet_pass.refresh_from_db(fields=["fingerprint", "changed_at"])
    changed_at = wallet_pass.changed_at.astimezone(UTC).replace(microsecond=0)
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    headers = {"Last-Modified": http_date(changed_at.timestamp())}
    if since is not None and changed_at <= datetime.fromtimestamp(since, UTC):
        return HttpResponse(status=304, headers=headers)
    try:
        content = pass_file(wallet_pass, require_apple())
    except WalletUnavailable as refusal:
        return HttpResponse(status=refusal.status)
    return HttpResponse(content, content_type=MIME_TYPE, headers=headers)


@csrf_exempt
@never_cache
@require_POST
def log(request: HttpRequest) -> HttpResponse:
    """Write what a device reports to our log."""
    lines = _body_of(request).get("logs")
    for line in lines[:MOST_LINES] if isinstance(lines, list) else []:
        logger.warning("Apple Wallet reports: %r", str(line)[:LONGEST_LINE])
    return HttpResponse()


def _body_of(request: HttpRequest) -> dict[str, Any]:
    try:
        found = json.loads(request.read(LARGEST_BODY))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _is_push_token(value: Any) -> bool:
    is_text = isinstance(value, str) and 0 < len(value) <= LONGEST_TOKEN
    return is_text and value.isascii() and value.isalnum()
