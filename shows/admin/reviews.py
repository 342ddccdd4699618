"""Reviews, to be read and then published or refused."""

from django.contrib import admin, messages
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from core.admin.read_only import ReadOnlyAdmin
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
    search_help_text = _("Words, show, or the author's address")
    fields = ["show", "performance", "author", "given", "text", "status", "created_at"]
    actions = ["publish", "refuse"]

    @admin.display(description=_("text"))
    def beginning(self, review):
        return Truncator(review.text).chars(80) or "–"

    @admin.display(description=_("stars"), ordering="stars")
    def given(self, review):
        return "★" * review.stars + "☆" * (5 - review.stars)

    @display(description=_("status"), ordering="status", label=COLOURS)
    def state(self, review):
        return review.status, review.get_status_display()

    @admin.action(description=_("Publish the chosen reviews"), permissions=["act"])
    def publish(self, request, queryset):
        number = self._decide(queryset, publish_review)
        told = ngettext("%d review is published.", "%d reviews are published.", number)
        messages.success(request, told % number)

    @admin.action(description=_("Refuse the chosen reviews"), permissions=["act"])
    def refuse(self, request, queryset):
        number = self._decide(queryset, refuse_review)
        told = ngettext("%d review is refused.", "%d reviews are refused.", number)
        messages.success(request, told % number)

    def _decide(self, queryset, decide):
        reviews = list(queryset.order_by("pk"))
        for review in reviews:
            decide(review=review)
        return len(reviews)
