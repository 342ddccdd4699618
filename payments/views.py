"""The way in for providers."""

import logging

from django.http import JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from .exceptions import ForgedEvent, UnknownPayment, WrongAmount
from .webhooks import receive_notice

logger = logging.getLogger(__name__)

# No provider's notice is nearly as large.
LARGEST_NOTICE = 256 * 1024


@csrf_exempt
@require_POST
def webhook(request, provider):
    """Take in a provider's notice. Anything but 200 asks the provider to tell us again."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST_NOTICE:
        return _refusal("The notice is too large.", status=413)
    try:
        receive_notice(provider=provider, headers=request.headers, body=request.body)
    except ForgedEvent as error:
        logger.warning("A forged %s notice was refused: %s", provider, error)
        return _refusal(str(error), status=400)
    except UnknownPayment as error:
        return _refusal(str(error), status=404)
    except WrongAmount as error:
        return _refusal(str(error), status=409)
    return JsonResponse({"received": True})


def _refusal(words, *, status):
    return JsonResponse({"error": words}, status=status)
