"""The list of all e-mails: queued, sent, failed and skipped."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from accounts.models import User
from core.admin.bases import ReadOnlyAdmin
from core.admin.confirmation import confirm_first
from core.annotations import Text
from core.enqueue import enqueue_soon
from emails.kinds import MESSAGE, all_kinds, get_kind
from emails.models import OutboxEmail
from emails.outbox import enqueue_again
from emails.querysets import OutboxEmailQuerySet
from emails.rendering import preview
from emails.sending import retry_now
from organisation.mail_server import has_mail_server

from .kinds import KindsPage
from .preview import EmailView, EmailViewPage, draft_of, email_view_of

COLOURS = {
    "queued": "info",
    "retrying": "warning",
    "sent": "success",
    "not_sent": "info",
    "failed": "danger",
    "skipped": "info",
}
State = OutboxEmail.State


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("unsent", _("queued")),
            ("retrying", _("retrying")),
            ("sent", _("sent") if has_mail_server() else _("Not sent (no mail server)")),
            ("failed", _("failed")),
            ("skipped", _("skipped")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        return getattr(queryset, chosen)() if chosen in dict(self.lookup_choices) else queryset


class KindFilter(admin.SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return sorted(((k.name, str(k.title)) for k in all_kinds()), key=lambda pair: pair[1])

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class OutboxEmailAdmin(KindsPage, EmailViewPage, ReadOnlyAdmin):
    secret_fields = ("sealed_secrets",)
    list_display = ["title", "to", "state_label", "created_at", "sent_at", "error"]
    list_filter = [StateFilter, KindFilter, "language", "created_at"]
    search_fields = ["to", "key", "subject", "message_id"]
    search_help_text = _("Address, order reference or subject")
    date_hierarchy = "created_at"
    actions = ["send_again", "retry"]
    actions_list = ["kinds"]
    fields = [
        *["kind", "key", "to", "user", "language", "about", "urgency", "created_at"],
        *["state", "due_at", "attempts", "error", "rendered_at", "sent_at"],
        *["sender", "other_recipients", "subject", "message_id"],
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutboxEmail]:
        queryset = super().get_queryset(request)
        name = request.resolver_match and request.resolver_match.url_name
        is_list = bool(name) and str(name).endswith("_changelist")
        return queryset.defer("text", "html", "headers", "sealed_secrets") if is_list else queryset

    @display(description=_("subject"), ordering="subject")
    def title(self, email: OutboxEmail) -> str:
        # It has no subject until it is rendered.
        return self.read_link(email, email.subject or str(get_kind(email.kind).title))

    @display(description=_("state"), ordering="state", label=COLOURS)
    def state_label(self, email: OutboxEmail) -> tuple[str, Text]:
        return state_of(email)

    @admin.action(description=_("Send again"), permissions=["act"])
    @confirm_first(
        title=_("Send these e-mails again?"),
        button=_("Send again"),
        text=_("Each recipient gets the e-mail once more."),
        describe=lambda _admin, email: f"{get_kind(email.kind).title} → {email.to}",
    )
    def send_again(self, request: HttpRequest, queryset: QuerySet[OutboxEmail]) -> None:
        """Enqueue the e-mails again.

        Those about accounts are left out: their codes expire.
        """
        count = len([enqueue_again(email) for email in queryset.exclude(kind=MESSAGE)])
        text = ngettext(
            "%(count)d e-mail will be sent again.", "%(count)d e-mails will be sent again.", count
        )
        self.message_user(request, text % {"count": count}, messages.SUCCESS)
        if queryset.filter(kind=MESSAGE).exists():
            advice = _("E-mails about accounts cannot be sent again: ask the customer to retry.")
            self.message_user(request, advice, messages.WARNING)

    @admin.action(description=_("Retry failed e-mails now"), permissions=["act"])
    def retry(self, request: HttpRequest, queryset: OutboxEmailQuerySet) -> None:
        """Retry rendering or sending the failed ones of the e-mails."""
        count = retry_now(queryset)
        enqueue_soon("emails.tasks.render_due_emails")
        enqueue_soon("emails.tasks.send_queued_emails")
        text = ngettext(
            "%(count)d e-mail will be retried now.",
            "%(count)d e-mails will be retried now.",
            count,
        )
        self.message_user(request, text % {"count": count}, messages.SUCCESS)

    def email_view(self, email: OutboxEmail, *, user: User) -> EmailView:
        if email.state == State.QUEUED:
            return _preview(email, user)
        if email.state == State.SKIPPED and not email.rendered_at:
            note = _("This e-mail was skipped because it was no longer needed.")
            return draft_of(email, None, note=note, user=user)
        return email_view_of(email, user=user)


def state_of(email: OutboxEmail) -> tuple[str, Text]:
    """Return the name of the displayed state, and its label."""
    if email.state == State.SENT:
        is_sent = has_mail_server()
        return ("sent", _("sent")) if is_sent else ("not_sent", _("Not sent (no mail server)"))
    if email.state == State.SKIPPED:
        return "skipped", _("skipped")
    if email.state == State.FAILED or (email.state == State.QUEUED and email.error):
        return "failed", _("failed")
    return ("retrying", _("retrying")) if email.error else ("queued", _("queued"))


def _preview(email, user):
    try:
        message = preview(email)
    except Exception as error:
        return draft_of(email, None, note=f"{type(error).__name__}: {error}", user=user)
    if message is None:
        note = _("This e-mail is no longer needed and will be skipped.")
    else:
        note = _("Not rendered yet. This is how it would look now.")
    return draft_of(email, message, note=note, user=user)
