"""The organisation's time zone, in requests and tasks."""

from typing import Any

from celery.signals import task_prerun
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from core.headers import GetResponse

from .current import current_organisation


def organisation_time_zone(get_response: GetResponse) -> GetResponse:
    """Middleware: show times in the organisation's time zone where no other applies."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with timezone.override(current_organisation().zone):
            return get_response(request)

    return middleware


@task_prerun.connect
def activate_in_task(**kwargs: Any) -> None:
    """Activate the time zone for the task that begins."""
    timezone.activate(current_organisation().zone)
