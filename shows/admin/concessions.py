"""The list of concessions in the admin, and those of a performance."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminDecimalFieldWidget

from core.admin.bases import TabularInline
from core.money import check_amount
from core.percentages import format_percent
from organisation.admin_translations import TranslatedTextsAdmin, TranslatedTextsForm
from shows.models import Concession, ConcessionType, Performance
from shows.models.concessions import value_error

TAX_FIELDS = ["tax_rate", "fee_tax_rate", "tax_exemption"]


class ConcessionTypeForm(TranslatedTextsForm):
    translated = ("name", "proof")


class ConcessionTypeAdmin(TranslatedTextsAdmin):
    """A concession that performances use cannot be deleted."""

    form = ConcessionTypeForm

    list_display = ["name", "worth", "group_from", "proof", "members_only", "ordinal"]
    list_filter = ["members_only", "method"]
    search_fields = ["name", "proof"]
    fieldsets = [
        (None, {"fields": ["name", "method", "value", "proof", "ordinal"]}),
        (
            gettext_lazy("Who can have it"),
            {
                "fields": [
                    "members_only",
                    "group_from",
                    ("min_per_order", "max_per_order"),
                    ("until_date", "until_days"),
                ]
            },
        ),
        (gettext_lazy("Tax"), {"fields": TAX_FIELDS}),
    ]

    @admin.display(description=gettext_lazy("value"), ordering="value")
    def worth(self, kind: ConcessionType) -> str:
        if kind.method == ConcessionType.Method.PERCENT:
            return f"−{format_percent(kind.value)}"
        value = f"{kind.value.normalize():f}"
        return f"{capfirst(kind.get_method_display())}: {value}"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Lock the name once tickets are on sale with it: they carry it."""
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "name"] if obj is not None and is_on_sale(obj) else fields

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "name" in form.changed_data:
            Concession.objects.filter(kind=obj).update(name=obj.name)


def is_on_sale(kind: ConcessionType) -> bool:
    """Return whether a performance with the concession has been put on sale, ever."""
    return Concession.objects.filter(kind=kind, performance__opened_at__isnull=False).exists()


class ConcessionForm(forms.ModelForm):
    """A concession from the list, with a value of its own if one is entered."""

    value = forms.DecimalField(
        label=gettext_lazy("value here"),
        required=False,
        max_digits=9,
        decimal_places=2,
        min_value=Decimal(0),
        widget=UnfoldAdminDecimalFieldWidget,
        help_text=gettext_lazy("Leave empty for that of the list."),
    )

    class Meta:
        model = Concession
        fields = ["kind", "proof", *TAX_FIELDS, "ordinal"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].required = not self.instance.name
        if (value := self.instance.own_value if self.instance.pk else None) is not None:
            self.initial["value"] = f"{value.normalize():f}"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        kind, value = data.get("kind"), data.get("value")
        if kind is not None and "value" not in self.errors:
            self._check(kind, value)
        if kind is None and value is None and "value" not in self.errors and self.instance.name:
            self.add_error("value", _("Enter a whole number from 1 to 100."))
        if kind is not None:
            self.instance.name = kind.name
        self.instance.kind = kind
        if "value" not in self.errors:
            self.instance.set_value(value)
        return data

    def _check(self, kind: ConcessionType, value: Decimal | None) -> None:
        if message := value_error(kind.method, value):
            self.add_error("value", message)
        elif kind.method != ConcessionType.Method.PERCENT:
            performance = self.instance.performance
            try:
                check_amount(kind.value if value is None else value, performance.currency)
            except ValidationError as error:
                self.add_error("value", error)


class ConcessionFormSet(forms.BaseInlineFormSet):
    """Each concession once."""

    def clean(self) -> None:
        super().clean()
        seen = set()
        for form in self.forms:
            kind = getattr(form, "cleaned_data", {}).get("kind")
            if kind is None or form.cleaned_data.get("DELETE"):
                continue
            if kind.pk in seen:
                form.add_error("kind", _("List each concession once."))
            seen.add(kind.pk)


class ConcessionInline(TabularInline):
    model = Concession
    form = ConcessionForm
    formset = ConcessionFormSet
    fields = ["kind", "value", "proof", *TAX_FIELDS, "ordinal"]
    verbose_name = gettext_lazy("concession")
    verbose_name_plural = gettext_lazy("concessions")
    extra = 0

    def get_readonly_fields(
        self, request: HttpRequest, obj: Performance | None = None
    ) -> list[str]:
        return []
