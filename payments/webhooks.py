"""Receive webhooks from payment providers."""

import logging
from collections.abc import Mapping

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from .charges import receive_event
from .exceptions import InvalidEvent, ProviderUnavailable, UnknownPayment, WrongAmount
from .providers import get_provider

logger = logging.getLogger(__name__)

# No provider's webhook is nearly as large.
MAX_BODY_BYTES = 256 * 1024


def receive_webhook(
    *, provider: str, headers: Mapping[str, str], body: bytes, for_page: bool = False
) -> bool:
    """Verify a webhook and process its event. Return whether the event was new.

    Raises UnknownProvider, InvalidEvent, and what `receive_event` raises.
    """
    event = get_provider(provider).read_event(headers=headers, body=body)
    return receive_event(provider=provider, event=event, for_page=for_page)


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, provider: str) -> JsonResponse:
    """Answer a provider's webhook. Any status other than 200 makes the provider send it again."""
    if int(request.headers.get("Content-Length") or 0) > MAX_BODY_BYTES:
        return _error("The body is too large.", status=413)
    try:
        receive_webhook(
            provider=provider, headers=request.headers, body=request.body, for_page=True
        )
    except InvalidEvent as error:
        logger.warning("An invalid or forged %s webhook was refused: %s", provider, error)
        return _error(str(error), status=400)
    except UnknownPayment as error:
        return _error(str(error), status=404)
    except WrongAmount as error:
        return _error(str(error), status=409)
    except ProviderUnavailable as error:
        logger.warning("A %s webhook could not be processed yet: %s", provider, error)
        return _error(str(error), status=503)
    return JsonResponse({"received": True})


def _error(message: str, *, status: int) -> JsonResponse:
    return JsonResponse({"error": message}, status=status)
