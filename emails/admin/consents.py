"""What accounts have said about letters. They say it themselves; staff look it up."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.admin.read_only import ReadOnlyAdmin
from emails.kinds import kind_named


class ConsentAdmin(ReadOnlyAdmin):
    list_display = ["user", "letter", "given_at", "withdrawn_at", "source"]
    list_filter = ["kind", "source"]
    list_select_related = ["user"]
    search_fields = ["user__email"]
    search_help_text = _("Address")

    @admin.display(description=_("kind"), ordering="kind")
    def letter(self, consent):
        return kind_named(consent.kind).title
