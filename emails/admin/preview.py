"""Reading a letter as its reader sees it."""

from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from emails.secrets import Parts, fill, has_placeholders, hide, may_see_secrets
from emails.sending import secrets_of

WAYS = {"wide": _("On a wide screen"), "phone": _("On a phone"), "text": _("As plain text")}


@dataclass(frozen=True)
class Reading:
    """A letter laid out for reading. `attachments` are post_office's, or a draft's names."""

    subject: str
    sender: str
    to: str
    text: str
    html: str = ""
    headers: dict = field(default_factory=dict)
    attachments: list = field(default_factory=list)
    refusals: list = field(default_factory=list)
    note: str = ""
    # Codes and personal links, of which placeholders are shown.
    hides_secrets: bool = False


def reading_of(email, *, user):
    """Lay out a message of the queue, as far as the user may read it."""
    parts = Parts(email.message, email.html_message, email.headers or {})
    if may_see_secrets(user):
        parts = fill(parts, secrets_of(email))
    return Reading(
        subject=email.subject,
        sender=email.from_email,
        to=", ".join([*email.to, *email.cc, *email.bcc]),
        text=parts.text,
        html=parts.html,
        headers=parts.headers,
        hides_secrets=has_placeholders(parts),
        attachments=list(email.attachments.all()),
        refusals=list(email.logs.order_by("-pk")[:10]),
    )


def draft_of(letter, message, *, note, user):
    """Lay out the Message that a letter would be, as far as the user may read it; None where there
    is none."""
    sender = settings.DEFAULT_FROM_EMAIL
    if message is None:
        return Reading(letter.kind, sender, letter.to, "", note=note)
    parts = Parts(message.text, message.html, message.headers)
    if not may_see_secrets(user):
        parts = hide(parts, message.secrets)
    return Reading(
        subject=message.subject,
        sender=sender,
        to=letter.to,
        text=parts.text,
        html=parts.html,
        headers=parts.headers,
        hides_secrets=has_placeholders(parts),
        attachments=[{"name": name} for name, _content, _mimetype in message.attachments],
        note=note,
    )


class ReadingAdmin:
    """Gives an admin of letters the page "read". It says how to come to a `Reading`."""

    list_before_template = "admin/emails/local_notice.html"

    def reading(self, row, *, user):
        raise NotImplementedError

    def attachments(self, row):
        """The post_office attachments that belong to the row."""
        raise NotImplementedError

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/read/", view(self.read_view), name=f"{name}_read"),
            path(
                "<int:pk>/attachments/<int:attachment_pk>/",
                view(self.attachment_view),
                name=f"{name}_attachment",
            ),
            *super().get_urls(),
        ]

    def read_view(self, request, pk):
        row = self._row(request, pk)
        return self.page_of(request, row, self.reading(row, user=request.user))

    def page_of(self, request, row, reading):
        """Return the page on which a `Reading` of the row is read."""
        way = request.GET.get("as") if request.GET.get("as") in WAYS else "wide"
        if not reading.html:
            way = "text"
        context = {
            **self.admin_site.each_context(request),
            "title": reading.subject or _("Letter"),
            "opts": self.opts,
            "row": row,
            "reading": reading,
            "way": way,
            "ways": WAYS,
            "local": not settings.EMAIL_URL,
            "may_open": self.has_act_permission(request),
            "attachment_url": f"admin:{self.opts.app_label}_{self.opts.model_name}_attachment",
        }
        return TemplateResponse(request, "admin/emails/read.html", context)

    def attachment_view(self, request, pk, attachment_pk):
        """Send an attachment to those who may send the e-mail again.

        Tickets are attached, and their codes open the door: reading e-mails is not enough.
        """
        if not self.has_act_permission(request):
            raise PermissionDenied
        attachment = get_object_or_404(self.attachments(self._row(request, pk)), pk=attachment_pk)
        try:
            file = attachment.file.open("rb")
        except FileNotFoundError:
            raise Http404 from None
        return FileResponse(file, as_attachment=True, filename=attachment.name)

    def read_link(self, row, words):
        url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_read", args=[row.pk])
        return format_html('<a class="font-medium underline" href="{}">{}</a>', url, words)

    def _row(self, request, pk):
        row = self.get_object(request, quote(pk))
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        return row
