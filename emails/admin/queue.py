"""The outgoing queue: every message, also those that are no `Letter`, such as password resets."""

from django.conf import settings
from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from post_office.models import STATUS
from unfold.decorators import display

from core.admin.read_only import ReadOnlyAdmin
from emails.sending import requeue

from .preview import ReadingAdmin, reading_of

STATES = {
    STATUS.queued: ("waiting", _("on its way")),
    STATUS.requeued: ("retried", _("being tried again")),
    STATUS.sent: ("sent", _("sent")),
    STATUS.failed: ("undelivered", _("not delivered")),
}
COLOURS = {"waiting": "info", "retried": "warning", "sent": "success", "undelivered": "danger"}


class EmailAdmin(ReadingAdmin, ReadOnlyAdmin):
    list_display = ["read", "to", "state", "created", "last_updated", "number_of_retries"]
    list_filter = ["status", "created"]
    search_fields = ["to", "subject", "message_id"]
    search_help_text = _("Address or subject")
    fields = ["from_email", "to", "cc", "bcc", "subject", "status", "created", "last_updated"]
    ordering = ["-pk"]
    actions = ["try_again"]
    # Else post_office's own would be found, with its button that sends within the request.
    change_form_template = "admin/change_form.html"

    @display(description=_("subject"), ordering="subject")
    def read(self, email):
        return self.read_link(email, email.subject or "—")

    @display(description=_("state"), ordering="status", label=COLOURS)
    def state(self, email):
        name, words = STATES[email.status]
        return name, words if settings.EMAIL_URL or name != "sent" else _("kept here")

    @admin.action(description=_("Try again what was not delivered"), permissions=["act"])
    def try_again(self, request, queryset):
        count = requeue(queryset)
        words = ngettext(
            "%(count)d letter is in the queue again.",
            "%(count)d letters are in the queue again.",
            count,
        )
        self.message_user(request, words % {"count": count}, messages.SUCCESS)

    def reading(self, email, *, user):
        return reading_of(email, user=user)

    def attachments(self, email):
        return email.attachments
