"""Admin of consents and opt-outs. Read-only: recipients choose themselves."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.admin.bases import ReadOnlyAdmin
from core.annotations import Text
from emails.kinds import get_kind
from emails.models import Consent, OptOut


class ConsentAdmin(ReadOnlyAdmin):
    list_display = ["user", "kind_title", "given_at", "withdrawn_at", "source"]
    list_filter = ["kind", "source"]
    list_select_related = ["user"]
    search_fields = ["user__email"]
    search_help_text = _("E-mail address")

    @admin.display(description=_("kind"), ordering="kind")
    def kind_title(self, consent: Consent) -> Text:
        return get_kind(consent.kind).title


class OptOutAdmin(ReadOnlyAdmin):
    list_display = ["email", "kind_title", "created_at"]
    list_filter = ["kind"]
    search_fields = ["email"]
    search_help_text = _("E-mail address")

    @admin.display(description=_("kind"), ordering="kind")
    def kind_title(self, opt_out: OptOut) -> Text:
        return get_kind(opt_out.kind).title
