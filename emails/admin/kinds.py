"""Preview each kind of e-mail as rendered now, from its latest e-mail or a sample."""

import logging
from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from accounts.models import User
from accounts.requests import user_of
from emails.models import OutboxEmail
from emails.rendering import preview, rendered_kinds
from emails.sample_registry import sample_of
from emails.template_editing import MAX_TRIED

from .preview import EmailView, draft_of, email_view_of
from .wording import WordingPages, templates_by_kind

logger = logging.getLogger(__name__)


class KindsPage(WordingPages):
    """Mixin of the admin of e-mails: previews of their kinds."""

    page_of: Callable[..., HttpResponse]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("kinds/", view(self.kinds_view), name="emails_outboxemail_every_kind"),
            path("kinds/<slug:name>/", view(self.kind_view), name="emails_outboxemail_kind"),
            *super().get_urls(),
        ]

    @action(
        description=gettext_lazy("E-mail templates"),
        url_path="all-kinds",
        icon="mark_as_unread",
        permissions=["view"],
    )
    def kinds(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:emails_outboxemail_every_kind")

    def kinds_view(self, request: HttpRequest) -> HttpResponse:
        """List the kinds, and when the latest e-mail of each was created."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        templates = templates_by_kind()
        context = {
            **self.admin_site.each_context(request),
            "title": _("E-mail templates"),
            "opts": self.opts,
            "kinds": [
                (kind, _latest(kind.name).first(), templates.get(kind.name, []))
                for kind in rendered_kinds()
            ],
            "may_edit": self.has_edit_permission(request),
        }
        return TemplateResponse(request, "admin/emails/kinds.html", context)

    def kind_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """Show the latest e-mail of a kind as it would be rendered now, or a sample."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if name not in {kind.name for kind in rendered_kinds()}:
            raise Http404
        user = user_of(request)
        email, email_view = _latest_rendered(name, user) or _sample(name, user)
        return self.page_of(request, email, email_view)


def _latest(name: str) -> QuerySet[OutboxEmail]:
    return OutboxEmail.objects.filter(kind=name).select_related("user").order_by("-pk")


def _latest_rendered(name: str, user: User) -> tuple[OutboxEmail, EmailView] | None:
    """Return the latest e-mail of a kind and its EmailView, or None.

    It is rendered again, or shown as it was sent if its renderer returns None.
    """
    emails = list(_latest(name)[:MAX_TRIED])
    for email in emails:
        try:
            message = preview(email)
        except Exception:
            logger.warning("E-mail %s could not be previewed.", email.key, exc_info=True)
            continue
        if message is not None:
            note = _("The latest e-mail of this kind, rendered with the current template.")
            return email, draft_of(email, message, note=note, user=user)
    for email in emails:
        if email.text or email.html:
            return email, email_view_of(email, user=user)
    return None


def _sample(name: str, user: User) -> tuple[OutboxEmail, EmailView]:
    email, message = sample_of(name)
    note = _("This is a sample with made-up data. It is not sent.")
    return email, draft_of(email, message, note=note, user=user)
