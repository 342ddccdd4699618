"""The page on which an e-mail is read as its recipient sees it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.requests import user_of
from core.annotations import Text
from emails.content import parts_of, secrets_of
from emails.messages import Message
from emails.models import EmailAttachment, OutboxEmail
from emails.secrets import Parts, fill, has_placeholders, hide, may_see_secrets

LAYOUTS = {"wide": _("Desktop"), "phone": _("Phone"), "text": _("Plain text")}


@dataclass(frozen=True)
class Reading:
    """An e-mail laid out for reading. `attachments` are stored ones, or the names of a draft's."""

    subject: str
    sender: str
    to: str
    text: str
    html: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    attachments: list[EmailAttachment | dict[str, str]] = field(default_factory=list)
    error: str = ""
    note: Text = ""
    # Whether placeholders stand for codes and personal links.
    hides_secrets: bool = False


def reading_of(email: OutboxEmail, *, user: User) -> Reading:
    """Lay out a rendered e-mail, as far as the user may read it."""
    parts = parts_of(email)
    if may_see_secrets(user):
        parts = fill(parts, secrets_of(email))
    others = email.other_recipients or {}
    is_erased = not (email.text or email.html)
    return Reading(
        subject=email.subject,
        sender=email.sender,
        to=", ".join([email.to, *(address for group in others.values() for address in group)]),
        text=parts.text,
        html=parts.html,
        headers=parts.headers,
        hides_secrets=has_placeholders(parts),
        attachments=list(email.attachments.order_by("pk")),
        error=email.error,
        note=_("The content of this e-mail has been deleted.") if is_erased else "",
    )


def draft_of(email: OutboxEmail, message: Message | None, *, note: Text, user: User) -> Reading:
    """Lay out the Message that an e-mail would be, as far as the user may read it."""
    sender = settings.DEFAULT_FROM_EMAIL
    if message is None:
        return Reading(email.kind, sender, email.to, "", note=note)
    parts = Parts(message.text, message.html, message.headers)
    if not may_see_secrets(user):
        parts = hide(parts, message.secrets)
    return Reading(
        subject=message.subject,
        sender=sender,
        to=email.to,
        text=parts.text,
        html=parts.html,
        headers=parts.headers,
        hides_secrets=has_placeholders(parts),
        attachments=[{"name": name} for name, _content, _mimetype in message.attachments],
        note=note,
    )


class ReadingPage(admin.ModelAdmin):
    """The part of the admin of e-mails that shows one. The admin returns its `reading`."""

    has_act_permission: Callable[..., bool]

    list_before_template = "admin/emails/local_notice.html"

    def reading(self, email: OutboxEmail, *, user: User) -> Reading:
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/read/", view(self.read_view), name="emails_outboxemail_read"),
            path(
                "<int:pk>/attachments/<int:attachment_pk>/",
                view(self.attachment_view),
                name="emails_outboxemail_attachment",
            ),
            *super().get_urls(),
        ]

    def read_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        email = self._email(request, pk)
        return self.page_of(request, email, self.reading(email, user=user_of(request)))

    def page_of(self, request: HttpRequest, email: OutboxEmail, reading: Reading) -> HttpResponse:
        """Return the page that shows a `Reading` of the e-mail."""
        layout = request.GET.get("as") if request.GET.get("as") in LAYOUTS else "wide"
        if not reading.html:
            layout = "text"
        context = {
            **self.admin_site.each_context(request),
            "title": reading.subject or _("E-mail"),
            "opts": self.opts,
            "email": email,
            "reading": reading,
            "layout": layout,
            "layouts": LAYOUTS,
            "local": not settings.EMAIL_URL,
            "may_open": self.has_act_permission(request),
        }
        return TemplateResponse(request, "admin/emails/read.html", context)

    def attachment_view(self, request: HttpRequest, pk: int, attachment_pk: int) -> FileResponse:
        """Send an attachment to those who may send the e-mail again.

        Tickets are attached, and their codes are valid for entry: reading e-mails is not enough.
        """
        if not self.has_act_permission(request):
            raise PermissionDenied
        attachments = self._email(request, pk).attachments
        attachment = get_object_or_404(attachments, pk=attachment_pk)
        try:
            file = attachment.file.open("rb")
        except FileNotFoundError:
            raise Http404 from None
        return FileResponse(file, as_attachment=True, filename=attachment.name)

    def read_link(self, email: OutboxEmail, label: str) -> SafeString:
        url = reverse("admin:emails_outboxemail_read", args=[email.pk])
        return format_html('<a class="font-medium underline" href="{}">{}</a>', url, label)

    def _email(self, request, pk):
        email = self.get_object(request, quote(pk))
        if email is None:
            raise Http404
        if not self.has_view_permission(request, email):
            raise PermissionDenied
        return email
