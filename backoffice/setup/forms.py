"""The forms of the assistant: those of the admin, with only the fields that a first show needs."""

import json
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.datetime_fields import ExactDateTimeField
from core.money import check_amount
from core.time_zones import only_zones
from organisation.forms import OrganisationForm
from organisation.models import Organisation, Seller
from shows.admin_forms import PerformanceForm, ShowForm
from shows.models import Performance, PriceCategory, Show
from venues.drafts import PlanDraft
from venues.forms import ImportPlanForm, VenueForm
from venues.models import SeatingPlan, Venue
from venues.simple_plans import SectionSpec, simple_plan

MOST_PRICE = Decimal("99999.99")


class FewFields:
    """A form mixin that shows the fields in `wanted` only, and keeps those in `hidden`."""

    wanted: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    fields: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = (*self.wanted, *self.hidden)
        self.fields = {name: self.fields[name] for name in kept if name in self.fields}
        for name, field in self.fields.items():
            if name in self.hidden:
                field.widget = forms.HiddenInput()
                continue
            if name in self.required:
                field.required = field.widget.is_required = True
            _use_plain_widget(field)


def _use_plain_widget(field: forms.Field) -> None:
    """Use the browser's own select and file inputs, which need no script."""
    widget: forms.Widget
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        choices: Any = field.choices
        widget = forms.Select(choices=choices)
    elif isinstance(field, forms.FileField):
        widget = forms.FileInput()
    else:
        return
    widget.is_required = field.required
    widget.attrs.update(field.widget_attrs(widget) | {"class": ""})
    if zones := field.widget.attrs.get("data-zones"):
        widget.attrs["data-zones"] = zones
    field.widget = widget


class OrganisationStepForm(FewFields, OrganisationForm):
    wanted = ("name", "email", "sender_address", "language", "time_zone", "currency")
    required = ("email",)

    class Meta(OrganisationForm.Meta):
        model = Organisation
        fields = ["name", "email", "sender_address", "language", "time_zone", "currency"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = _("Where customers reach you.")
        self.fields["sender_address"].help_text = _(
            "Tickets are sent from it; your mail server must be allowed to. Leave empty to use the"
            " address above."
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("sender_address") and data.get("email"):
            data["sender_address"] = data["email"]
        return data


class VenueStepForm(FewFields, VenueForm):
    wanted = ("name", "address", "postcode", "city", "country", "time_zone", "tax_rate")
    hidden = ("slug",)

    class Meta(VenueForm.Meta):
        model = Venue
        fields = [
            *("name", "slug", "address", "postcode", "city", "country", "time_zone"),
            "tax_rate",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Let the country replace the time zone that a new venue is offered."""
        super().__init__(*args, **kwargs)
        preset = "" if self.instance.pk else self.instance.time_zone
        zones = json.dumps(only_zones(preset))
        self.fields["time_zone"].widget.attrs |= {"data-zones": zones, "data-preset": preset}


class PlanForm(forms.Form):
    """The base of the forms from which a plan is generated."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        initial=gettext_lazy("Main hall"),
    )

    def spec(self) -> SectionSpec:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors:
            self.draft: PlanDraft = simple_plan(data["name"], [self.spec()])
        return data


class StandingPlanForm(PlanForm):
    standing = forms.IntegerField(
        label=gettext_lazy("Standing capacity"),
        min_value=1,
    )

    def spec(self) -> SectionSpec:
        return SectionSpec(name=_("Standing"), standing=self.cleaned_data["standing"])


class SeatedPlanForm(PlanForm):
    rows = forms.IntegerField(label=gettext_lazy("Rows"), min_value=1)
    seats = forms.IntegerField(label=gettext_lazy("Seats per row"), min_value=1)
    spaces = forms.IntegerField(
        label=gettext_lazy("Wheelchair spaces"),
        min_value=0,
        required=False,
        help_text=gettext_lazy("In the last row, each with a companion seat."),
    )
    bent = forms.BooleanField(label=gettext_lazy("Curved"), required=False)

    def spec(self) -> SectionSpec:
        data = self.cleaned_data
        return SectionSpec(
            name=_("Stalls"),
            rows=data["rows"],
            seats=data["seats"],
            spaces=data["spaces"] or 0,
            bent=data["bent"],
        )


class ExistingPlanForm(forms.Form):
    """Another plan of the venue, for the performance that is being prepared."""

    plan = forms.ModelChoiceField(
        SeatingPlan.objects.none(), label=gettext_lazy("Seating plan"), empty_label=None
    )

    def __init__(self, *args: Any, plans: QuerySet[SeatingPlan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["plan"]
        field.queryset = plans
        field.label_from_instance = lambda plan: plan.version_label


class PlanFileForm(FewFields, ImportPlanForm):
    wanted = ("file",)


class ShowStepForm(FewFields, ShowForm):
    wanted: tuple[str, ...] = ("title", "description", "new_poster")
    hidden: tuple[str, ...] = ("slug",)

    class Meta(ShowForm.Meta):
        model = Show
        fields = ["title", "slug", "description", "seller"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if Seller.objects.count() > 1:
            self.wanted = (*self.wanted, "seller")
        else:
            self.hidden = (*self.hidden, "seller")
        super().__init__(*args, **kwargs)
        self.fields["new_poster"].label = _("Poster")


def _moment(label: Any, *, required: bool) -> ExactDateTimeField:
    """Return a field for a date and a time, entered by the browser's own inputs."""
    day: dict[str, Any] = {"type": "date", "aria-label": gettext_lazy("Date")}
    hour: dict[str, Any] = {"type": "time", "aria-label": gettext_lazy("Time")}
    widget = forms.SplitDateTimeWidget(
        date_format="%Y-%m-%d",
        time_format="%H:%M",
        date_attrs=day,
        time_attrs=hour,
    )
    return ExactDateTimeField(label=label, required=required, widget=widget)


class PerformanceStepForm(FewFields, PerformanceForm):
    """A performance with a price for each category of its plan. Times are those of the venue."""

    starts_at = _moment(gettext_lazy("Starts"), required=True)
    doors_at = _moment(gettext_lazy("Doors"), required=False)
    on_sale_from = _moment(gettext_lazy("On sale from"), required=True)

    wanted = ("starts_at", "doors_at", "on_sale_from", "customer_limit")

    class Meta(PerformanceForm.Meta):
        model = Performance
        fields = ["starts_at", "doors_at", "on_sale_from", "customer_limit"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.initial.get("on_sale_from"):
            self.initial["on_sale_from"] = timezone.now()
        saved = {}
        if self.instance.pk:
            saved = {each.name: each.price for each in self.instance.price_categories.all()}
        self.categories = {
            f"price_{number}": category["name"]
            for number, category in enumerate(self.instance.plan.categories)
        }
        for field, name in self.categories.items():
            self.fields[field] = forms.DecimalField(
                label=_("Price: %(category)s (%(currency)s)")
                % {"category": name, "currency": self.instance.currency},
                min_value=0,
                max_value=MOST_PRICE,
                initial=saved.get(name),
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for field in self.categories:
            if data.get(field) is not None:
                try:
                    check_amount(data[field], self.instance.currency)
                except ValidationError as error:
                    self.add_error(field, error)
        starts = data.get("starts_at")
        if starts and starts <= timezone.now():
            self.add_error("starts_at", _("Choose a date in the future."))
        return data

    def prices(self) -> list[PriceCategory]:
        """Return the categories with the prices entered; they include fees and taxes."""
        return [
            PriceCategory(name=name, price=self.cleaned_data[field], fee=0, ordinal=number)
            for number, (field, name) in enumerate(self.categories.items())
        ]
