"""Every kind of letter, and what one of each says by today's templates: the latest, or a sample."""

import logging

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action

from emails.models import OutboxEmail
from emails.rendering import preview, written_kinds
from emails.sample_registry import sample_of

from .preview import draft_of, reading_of

logger = logging.getLogger(__name__)

# Of so many of a kind, the latest first, one has something to say today.
LOOKED_AT = 20


class KindsPage:
    """A part of the admin of letters."""

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("kinds/", view(self.kinds_view), name="emails_outboxemail_every_kind"),
            path("kinds/<slug:name>/", view(self.kind_view), name="emails_outboxemail_kind"),
            *super().get_urls(),
        ]

    @action(
        description=gettext_lazy("Kinds of letters"),
        url_path="all-kinds",
        icon="mark_as_unread",
        permissions=["view"],
    )
    def kinds(self, request):
        return redirect("admin:emails_outboxemail_every_kind")

    def kinds_view(self, request):
        """List the kinds, and when the latest letter of each was owed."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("Kinds of letters"),
            "opts": self.opts,
            "kinds": [(kind, _latest(kind.name).first()) for kind in written_kinds()],
        }
        return TemplateResponse(request, "admin/emails/kinds.html", context)

    def kind_view(self, request, name):
        """Show the latest letter of a kind as it would be written now, or a sample of it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if name not in {kind.name for kind in written_kinds()}:
            raise Http404
        letter, reading = _today(name, request.user) or _sample(name, request.user)
        return self.page_of(request, letter, reading)


def _latest(name):
    return OutboxEmail.objects.filter(kind=name).select_related("email", "user").order_by("-pk")


def _today(name, user):
    """Return the latest letter that can be had and its Reading, or None.

    By today's templates, or as it once was if there is nothing left to say.
    """
    letters = list(_latest(name)[:LOOKED_AT])
    for letter in letters:
        try:
            message = preview(letter)
        except Exception:
            logger.warning("Letter %s could not be shown.", letter.key, exc_info=True)
            continue
        if message is not None:
            note = _("This is what the latest letter of this kind would say today.")
            return letter, draft_of(letter, message, note=note, user=user)
    for letter in letters:
        if letter.email:
            return letter, reading_of(letter.email, user=user)
    return None


def _sample(name, user):
    letter, message = sample_of(name)
    note = _("This is a sample: what it tells of is made up, and nobody is sent it.")
    return letter, draft_of(letter, message, note=note, user=user)
