"""The form of a message to ticket holders."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from bookings.emails.customer_messages import message_placeholders
from bookings.models import Audience, CustomerMessage
from bookings.staff_operations.message_audience import choices_for
from core.admin.autocomplete import SearchedRowsField, SearchSelectMultiple
from core.admin.confirmation import OnceForm, ShownForm
from core.primary_keys import parse_keys
from organisation.language import offered_languages
from shows.models import Performance

from .ticket_holder_texts import MARKS, check_placeholders, subject_field, text_field

CHECKED_IN = {"": None, "yes": True, "no": False}


class MessageForm(OnceForm, ShownForm):
    """Performances, recipients and texts of a message."""

    performances = SearchedRowsField(
        queryset=Performance.objects.select_related("show", "venue").order_by("starts_at"),
        label=gettext_lazy("performances"),
        widget=SearchSelectMultiple(CustomerMessage.performances.field),
        help_text=gettext_lazy(
            "Search by show, artist, venue, city or day (2026-12-04), also past ones. The preview"
            " offers their price categories and sections."
        ),
    )
    checked_in = forms.ChoiceField(
        label=gettext_lazy("check-in"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        choices=[
            ("", gettext_lazy("all ticket holders")),
            ("no", gettext_lazy("not checked in")),
            ("yes", gettext_lazy("checked in")),
        ],
    )
    language = forms.ChoiceField(
        label=gettext_lazy("language"), required=False, widget=UnfoldAdminSelectWidget
    )

    def __init__(self, data: Any = None, *, chosen: Collection[int], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        del self.fields["reason"]
        ids = parse_keys(data.getlist("performances")) if data else chosen
        self.chosen = list(chosen_performances(ids))
        self.placeholders = message_placeholders(len(self.chosen) or 2)
        languages = [(code, str(name)) for code, name in offered_languages()]
        self.fields["language"].choices = [("", _("all languages")), *languages]  # type: ignore[attr-defined]
        if self.chosen:
            self._offer_parts()
        for code, name in languages:
            self.fields[f"subject_{code}"] = subject_field(name)
            self.fields[f"text_{code}"] = text_field(name, help_text=MARKS)
        self.order_fields(["performances", *self._texts(), "categories", "sections"])

    def _texts(self) -> list[str]:
        codes = [code for code, _name in offered_languages()]
        return [f"{part}_{code}" for code in codes for part in ("subject", "text")]

    def _offer_parts(self) -> None:
        """Offer categories and sections where there is a choice."""
        categories, sections = choices_for(self.chosen)
        for name, label, found in [
            ("categories", _("only price categories"), categories),
            ("sections", _("only sections"), sections),
        ]:
            if len(found) > 1:
                self.fields[name] = forms.MultipleChoiceField(
                    label=label,
                    required=False,
                    choices=[(one, one) for one in found],
                    widget=UnfoldAdminCheckboxSelectMultipleWidget,
                    help_text=_("All, if none is selected."),
                )

    def clean(self) -> dict[str, Any]:
        """Require a subject with each text, and known placeholders."""
        data = super().clean() or {}
        texts = {}
        for code, _name in offered_languages():
            subject, text = (data.get(f"{part}_{code}", "").strip() for part in ("subject", "text"))
            check_placeholders(self, f"subject_{code}", self.placeholders, links=False)
            check_placeholders(self, f"text_{code}", self.placeholders)
            if bool(subject) != bool(text):
                missing = f"text_{code}" if subject else f"subject_{code}"
                self.add_error(missing, _("Subject and text belong together."))
            elif text:
                texts[code] = {"subject": subject, "text": text}
        if not texts and not self.errors:
            code = offered_languages()[0][0]
            self.add_error(f"text_{code}", _("Write the text in at least one language."))
        data["texts"] = texts
        data["audience"] = Audience(
            categories=tuple(data.get("categories", ())),
            sections=tuple(data.get("sections", ())),
            checked_in=CHECKED_IN[data.get("checked_in", "")],
            language=data.get("language", ""),
        )
        return data


def chosen_performances(ids: Collection[int]) -> QuerySet[Performance]:
    """Return the performances of these ids, with show and venue."""
    return (
        Performance.objects.filter(pk__in=ids).select_related("show", "venue").order_by("starts_at")
    )
