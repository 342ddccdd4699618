"""Moderation of reviews."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from core.admin.bases import ReadOnlyAdmin
from shows.models import Review
from shows.reviews import publish_review, refuse_review

COLOURS = {
    Review.Status.WAITING: "warning",
    Review.Status.PUBLISHED: "success",
    Review.Status.REFUSED: "danger",
}


class ReviewAdmin(ReadOnlyAdmin):
    list_display = ["beginning", "given", "show", "author", "state", "created_at"]
    list_filter = ["status", "stars", "created_at"]
    list_select_related = ["show", "author"]
    date_hierarchy = "created_at"
    search_fields = ["text", "show__title", "author__email"]
    search_help_text = _("Text, show, or the author’s e-mail address")
    fields = ["show", "performance", "author", "given", "text", "status", "created_at"]
    actions = ["publish", "refuse"]

    @admin.display(description=_("text"))
    def beginning(self, review: Review) -> str:
        return Truncator(review.text).chars(80) or "–"

    @admin.display(description=_("stars"), ordering="stars")
    def given(self, review: Review) -> str:
        return "★" * review.stars + "☆" * (5 - review.stars)

    @display(description=_("status"), ordering="status", label=COLOURS)
    def state(self, review: Review) -> tuple[str, str]:
        return review.status, review.get_status_display()

    @admin.action(description=_("Publish selected reviews"), permissions=["act"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        number = self._decide(queryset, publish_review)
        message = ngettext("%d review published.", "%d reviews published.", number)
        messages.success(request, message % number)

    @admin.action(description=_("Reject selected reviews"), permissions=["act"])
    def refuse(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        number = self._decide(queryset, refuse_review)
        message = ngettext("%d review rejected.", "%d reviews rejected.", number)
        messages.success(request, message % number)

    def _decide(self, queryset: QuerySet[Review], decide: Callable[..., Review]) -> int:
        reviews = list(queryset.order_by("pk"))
        for review in reviews:
            decide(review=review)
        return len(reviews)
