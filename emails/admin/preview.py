"""The page that shows an e-mail as its recipient sees it."""

from collections.abc import Callable
from dataclasses import dataclass, field

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
from organisation.current import current_organisation
from organisation.mail_server import has_mail_server

LAYOUTS = {"wide": _("Desktop"), "phone": _("Phone"), "text": _("Plain text")}


@dataclass(frozen=True)
class EmailView:
    """An e-mail prepared for display. `attachments` are stored ones, or the names of a draft's."""

    subject: str
    sender: str
    to: str
    text: str
    html: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    attachments: list[EmailAttachment | dict[str, str]] = field(default_factory=list)
    error: str = ""
    note: Text = ""
    # Whether placeholders replace codes and personal links.
    hides_secrets: bool = False


def email_view_of(email: OutboxEmail, *, user: User) -> EmailView:
    """Prepare a rendered e-mail for display, without its secrets unless the user may see them."""
    parts = parts_of(email)
    if may_see_secrets(user):
        parts = fill(parts, secrets_of(email))
    others = email.other_recipients or {}
    is_erased = not (email.text or email.html)
    return EmailView(
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


def draft_of(email: OutboxEmail, message: Message | None, *, note: Text, user: User) -> EmailView:
    """Prepare the Message of an e-mail that is not rendered yet for display."""
    sender = current_organisation().sender
    if message is None:
        return EmailView(email.kind, sender, email.to, "", note=note)
    parts = Parts(message.text, message.html, message.headers)
    if not may_see_secrets(user):
        parts = hide(parts, message.secrets)
    return EmailView(
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


class EmailViewPage(admin.ModelAdmin):
    """Mixin of an admin that shows e-mails. The admin implements `email_view`."""

    has_act_permission: Callable[..., bool]

    list_before_template = "admin/emails/local_notice.html"

    def email_view(self, email: OutboxEmail, *, user: User) -> EmailView:
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
        return self.page_of(request, email, self.email_view(email, user=user_of(request)))

    def page_of(
        self, request: HttpRequest, email: OutboxEmail, email_view: EmailView
    ) -> HttpResponse:
        """Return the page that shows an `EmailView` of the e-mail."""
        layout = request.GET.get("as") if request.GET.get("as") in LAYOUTS else "wide"
        if not email_view.html:
            layout = "text"
        context = {
            **self.admin_site.each_context(request),
            "title": email_view.subject or _("E-mail"),
            "opts": self.opts,
            "email": email,
            "email_view": email_view,
            "layout": layout,
            "layouts": LAYOUTS,
            "local": not has_mail_server(),
            "may_open": self.has_act_permission(request),
        }
        return TemplateResponse(request, "admin/emails/read.html", context)

    def attachment_view(self, request: HttpRequest, pk: int, attachment_pk: int) -> FileResponse:
        """Return an attachment to users who may send the e-mail again.

        Attached tickets have codes that are valid for entry, so permission to view e-mails is not
        enough.
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
