"""The public key of the tickets, for scanners that check them without us."""

from django.http import JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from ..documents.ticket_codes import public_keys


@require_safe
@cache_control(public=True, max_age=3600)
def ticket_key(request):
    """Publish the key as a JSON Web Key Set (RFC 7517)."""
    answer = JsonResponse({"keys": public_keys()}, content_type="application/jwk-set+json")
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
