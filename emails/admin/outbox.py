"""Letters we owe, and have owed."""

from django.conf import settings
from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from post_office.models import STATUS, Attachment
from unfold.decorators import display

from core.admin.read_only import ReadOnlyAdmin
from emails.kinds import kind_named, known_kinds
from emails.outbox import enqueue_again
from emails.rendering import preview, write_at_once

from .kinds import KindsPage
from .preview import ReadingAdmin, draft_of, reading_of

COLOURS = {
    "owed": "info",
    "stuck": "danger",
    "silent": "info",
    "waiting": "info",
    "retried": "warning",
    "sent": "success",
    "undelivered": "danger",
}


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [
            ("unwritten", _("not written yet")),
            ("stuck", _("cannot be written")),
            ("waiting", _("waiting to be sent")),
            ("sent", _("sent")),
            ("undelivered", _("not delivered")),
        ]

    def queryset(self, request, queryset):
        chosen = dict(self.lookup_choices).get(self.value()) and self.value()
        return getattr(queryset, chosen)() if chosen else queryset


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        return sorted(((k.name, str(k.title)) for k in known_kinds()), key=lambda pair: pair[1])

    def queryset(self, request, queryset):
        return queryset.filter(kind=self.value()) if self.value() else queryset


class OutboxEmailAdmin(KindsPage, ReadingAdmin, ReadOnlyAdmin):
    list_display = ["subject", "to", "state", "created_at", "written_at", "sent_at", "trouble"]
    list_filter = [StateFilter, KindFilter, "language", "created_at"]
    list_select_related = ["email"]
    search_fields = ["to", "key", "email__subject"]
    search_help_text = _("Address, order reference or subject")
    date_hierarchy = "created_at"
    actions = ["send_again", "try_now"]
    actions_list = ["kinds"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_refusals()

    @display(description=_("letter"), ordering="kind")
    def subject(self, letter):
        # Until it is written it has no subject.
        words = letter.email.subject if letter.email else kind_named(letter.kind).title
        return self.read_link(letter, words)

    @display(description=_("state"), label=COLOURS)
    def state(self, letter):
        return state_of(letter)

    @display(description=_("sent"), ordering="email__last_updated")
    def sent_at(self, letter):
        if letter.email and letter.email.status == STATUS.sent:
            return letter.email.last_updated
        return None

    @display(description=_("trouble"))
    def trouble(self, letter):
        delivered = letter.email and letter.email.status == STATUS.sent
        return letter.failure or (not delivered and letter.refusal) or ""

    @admin.action(description=_("Send again"), permissions=["act"])
    def send_again(self, request, queryset):
        count = len([enqueue_again(letter) for letter in queryset])
        words = ngettext(
            "%(count)d letter will be sent again.", "%(count)d letters will be sent again.", count
        )
        self.message_user(request, words % {"count": count}, messages.SUCCESS)

    @admin.action(description=_("Try now to write what could not be written"), permissions=["act"])
    def try_now(self, request, queryset):
        count = write_at_once(queryset)
        words = ngettext(
            "%(count)d letter will be tried now.", "%(count)d letters will be tried now.", count
        )
        self.message_user(request, words % {"count": count}, messages.SUCCESS)

    def reading(self, letter, *, user):
        return reading_of(letter.email, user=user) if letter.email else _unwritten(letter, user)

    def attachments(self, letter):
        return letter.email.attachments if letter.email else Attachment.objects.none()


def state_of(letter):
    """Return (name, words) of how far the letter has come."""
    if letter.written_at is None:
        return ("stuck", _("cannot be written")) if letter.failure else ("owed", _("owed"))
    if letter.email is None:
        return "silent", _("had nothing to say")
    if letter.email.status == STATUS.sent:
        return "sent", _("sent") if settings.EMAIL_URL else _("kept here")
    if letter.email.status == STATUS.failed:
        return "undelivered", _("not delivered")
    if letter.email.number_of_retries:
        return "retried", _("being tried again")
    return "waiting", _("on its way")


def _unwritten(letter, user):
    if letter.written_at:
        return draft_of(letter, None, note=_("This letter had nothing left to say."), user=user)
    try:
        message = preview(letter)
    except Exception as error:
        return draft_of(letter, None, note=f"{type(error).__name__}: {error}", user=user)
    note = _("Not written yet. This is what it would say now.")
    return draft_of(letter, message, note=note, user=user)
