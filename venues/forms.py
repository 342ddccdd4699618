"""Forms of the admin for venues and seating plans; `shows.catalogue_write` uses them too."""

import json
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelect2Widget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from core.admin.country_field import CountryField
from core.admin.pictures import PictureField
from core.countries import country_name
from core.slugs import SlugFormMixin
from core.time_zones import only_zones, zone_choices, zones_of_country
from organisation.forms import BrandForm
from venues.drafts import PlanDraft
from venues.models import SeatingPlan, SectionView, Venue, VenuePicture
from venues.plan_format import MAX_BYTES, InvalidPlan, read_plan
from venues.section_views import section_choices
from venues.simple_plans import MAX_SECTIONS, SectionSpec, simple_plan
from venues.visitor_information import AMENITIES


class VenueForm(SlugFormMixin, BrandForm):
    picture = PictureField(label=gettext_lazy("Picture"), required=False)
    country = CountryField()
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=zone_choices,
        required=False,
        help_text=gettext_lazy("Leave empty to take that of the country, if it has only one."),
        widget=UnfoldAdminSelect2Widget,
    )

    class Meta:
        model = Venue
        fields = [
            "name",
            "slug",
            "description",
            "picture",
            "address",
            "postcode",
            "city",
            "country",
            "time_zone",
            *["latitude", "longitude", "directions", *AMENITIES, "access_notes"],
            "logo",
            "logo_dark",
            "accent",
            "accent_dark",
            "tax_rate",
            "fee_tax_rate",
            "tax_exemption",
        ]

    class Media:
        js = ["js/venue-time-zone.js"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "time_zone" in self.fields:
            # The script fills in the time zone when the country is chosen.
            self.fields["time_zone"].widget.attrs["data-zones"] = json.dumps(only_zones())

    def clean_time_zone(self) -> str:
        """Refuse a zone in which a performance on sale would have another local time.

        Tickets and calendars have that time, and their holders would not be notified.
        """
        zone: str = self.cleaned_data["time_zone"] or self._zone_of_country()
        before = self.instance.time_zone
        if self.instance.pk and zone != before:
            # The reverse relation of `shows.Performance`, which this app cannot import.
            for performance in self.instance.performances.with_tickets_to_be_used():
                if _local_time(performance, zone) != _local_time(
                    performance, self.instance.time_zone
                ):
                    raise ValidationError(
                        _("%s is on sale: its local time would change on tickets already sold.")
                        % performance
                    )
        return zone

    def _zone_of_country(self) -> str:
        """Return the only time zone of the country; refuse to guess among several."""
        zones = zones_of_country(self.cleaned_data.get("country", ""))
        if len(zones) == 1:
            return zones[0]
        if zones:
            message = _("%(country)s has several time zones. Select one, such as %(zones)s.")
            country = country_name(self.cleaned_data["country"])
            shown = {"country": country, "zones": ", ".join(zones[:6])}
            raise ValidationError(message % shown)
        raise ValidationError(_("Select a time zone."))


def _local_time(performance: Any, zone: str) -> datetime:
    local: datetime = performance.starts_at.astimezone(ZoneInfo(zone))
    return local.replace(tzinfo=None)


class VenuePictureForm(forms.ModelForm):
    picture = PictureField(label=gettext_lazy("Picture"))

    class Meta:
        model = VenuePicture
        fields = ["picture", "text", "ordinal"]


class SectionViewForm(forms.ModelForm):
    """A view from a section of one of the venue's plans. `venue` is None where it is not saved."""

    section = forms.ChoiceField(label=gettext_lazy("Section"), widget=UnfoldAdminSelectWidget)
    picture = PictureField(label=gettext_lazy("Picture"))

    class Meta:
        model = SectionView
        fields = ["picture", "text"]

    def __init__(self, *args: Any, venue: Venue | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = section_choices(venue) if venue else {}
        chosen = (self.instance.plan_name, self.instance.section_name)
        if self.instance.pk:
            # It may be of a plan that has been renamed or archived.
            choices.setdefault(chosen[0], [])
            if chosen[1] not in choices[chosen[0]]:
                choices[chosen[0]].append(chosen[1])
            self.initial["section"] = _section_value(*chosen)
        field = cast(forms.ChoiceField, self.fields["section"])
        field.choices = [("", "")] + [
            (plan, [(_section_value(plan, name), name) for name in names])
            for plan, names in choices.items()
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if section := cleaned.get("section"):
            self.instance.plan_name, self.instance.section_name = json.loads(section)
        return cleaned


class SectionViewFormSet(forms.BaseInlineFormSet):
    """The views of a venue; refuses two of one section."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        venue = self.instance if self.instance.pk else None
        return super().get_form_kwargs(index) | {"venue": venue}

    def clean(self) -> None:
        super().clean()
        seen = set()
        for form in self.forms:
            section = form.cleaned_data.get("section") if hasattr(form, "cleaned_data") else None
            if not section or form.cleaned_data.get("DELETE"):
                continue
            if section in seen:
                form.add_error("section", _("There is a picture of this section already."))
            seen.add(section)


def _section_value(plan_name: str, section_name: str) -> str:
    return json.dumps([plan_name, section_name], ensure_ascii=False)


class ImportPlanForm(forms.Form):
    """A plan file for a venue. If valid, `plan` is the ReadPlan and `content` the file's bytes."""

    venue = forms.ModelChoiceField(
        Venue.objects.current(), label=gettext_lazy("Venue"), widget=UnfoldAdminSelect2Widget
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "A seating plan in the open JSON format, for example from pretix’s seating plan editor."
        ),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": "application/json,.json"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,
        max_length=120,
        help_text=gettext_lazy(
            "Leave empty to use the name in the file. If a plan of this name exists, a new version"
            " is created."
        ),
        widget=UnfoldAdminTextInputWidget,
    )

    def clean_file(self) -> UploadedFile:
        # One byte more than allowed is enough to reject it.
        self.content = self.cleaned_data["file"].read(MAX_BYTES + 1)
        try:
            self.plan = read_plan(self.content)
        except InvalidPlan as refusal:
            raise ValidationError([str(fault) for fault in refusal.faults]) from None
        return self.cleaned_data["file"]


class SavePlanForm(forms.Form):
    """The hidden fields of the preview of an imported plan, to save it."""

    venue = forms.ModelChoiceField(Venue.objects.all(), widget=forms.HiddenInput)
    name = forms.CharField(max_length=120, widget=forms.HiddenInput)
    upload = forms.CharField(max_length=60, widget=forms.HiddenInput)


class StartDraftForm(forms.Form):
    """Which plan to draw: a copy of a version, or an empty one for a venue."""

    venue = forms.ModelChoiceField(
        Venue.objects.current(),
        label=gettext_lazy("Venue"),
        required=False,
        help_text=gettext_lazy("Not needed if you copy a plan."),
        widget=UnfoldAdminSelect2Widget,
    )
    plan = forms.ModelChoiceField(
        SeatingPlan.objects.select_related("venue"),
        label=gettext_lazy("Copy of"),
        required=False,
        empty_label=gettext_lazy("an empty plan"),
        widget=UnfoldAdminSelect2Widget,
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,
        max_length=120,
        help_text=gettext_lazy(
            "Leave empty to change the plan that you copy: the draft becomes its next version."
        ),
        widget=UnfoldAdminTextInputWidget,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        plan = data.get("plan")
        if plan is None and not data.get("venue"):
            self.add_error("venue", _("Choose a venue, or a plan to copy."))
        if plan is None and not data.get("name"):
            self.add_error("name", _("Enter a name."))
        if plan is not None:
            data["venue"] = data.get("venue") or plan.venue
            data["name"] = data.get("name") or plan.name
        return data


class GeneratePlanForm(forms.Form):
    """The venue and name of a generated plan; its sections are the formset `PlanSections`."""

    venue = forms.ModelChoiceField(
        Venue.objects.current(), label=gettext_lazy("Venue"), widget=UnfoldAdminSelect2Widget
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        initial=gettext_lazy("Main hall"),
        help_text=gettext_lazy("If a plan of this name exists, a new version is created."),
        widget=UnfoldAdminTextInputWidget,
    )


class SectionForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Section"), max_length=60, widget=UnfoldAdminTextInputWidget
    )
    category = forms.CharField(
        label=gettext_lazy("Price category"),
        max_length=80,
        required=False,
        widget=UnfoldAdminTextInputWidget,
    )
    rows = forms.IntegerField(
        label=gettext_lazy("Rows"), required=False, widget=UnfoldAdminIntegerFieldWidget
    )
    seats = forms.IntegerField(
        label=gettext_lazy("Seats per row"), required=False, widget=UnfoldAdminIntegerFieldWidget
    )
    aisles = forms.IntegerField(
        label=gettext_lazy("Aisles"), required=False, widget=UnfoldAdminIntegerFieldWidget
    )
    spaces = forms.IntegerField(
        label=gettext_lazy("Wheelchair spaces"),
        required=False,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    standing = forms.IntegerField(
        label=gettext_lazy("Or standing capacity"),
        required=False,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    bent = forms.BooleanField(
        label=gettext_lazy("Curved"), required=False, widget=UnfoldBooleanWidget
    )
    numbered = forms.ChoiceField(
        label=gettext_lazy("Seat numbering"),
        choices=[
            ("left", gettext_lazy("from the left")),
            ("right", gettext_lazy("from the right")),
            ("odd-even", gettext_lazy("from the middle, odd numbers to the left")),
        ],
        initial="left",
        widget=UnfoldAdminSelectWidget,
    )

    @property
    def spec(self) -> SectionSpec:
        numbers = ("rows", "seats", "aisles", "spaces", "standing")
        return SectionSpec(
            **self.cleaned_data | {name: self.cleaned_data[name] or 0 for name in numbers}
        )


class BasePlanSections(forms.BaseFormSet):
    """The sections of a plan from the stage to the back. Empty forms are ignored."""

    def draft(self, name: str) -> PlanDraft | None:
        """Return the plan, or None after adding its problems to the formset's errors."""
        specs = [form.spec for form in self.forms if form.has_changed()]
        try:
            return simple_plan(name, specs)
        except ValidationError as refusal:
            self.non_form_errors().extend(refusal.error_list)
            return None


PlanSections = forms.formset_factory(
    SectionForm,
    formset=BasePlanSections,
    extra=4,
    max_num=MAX_SECTIONS,
    absolute_max=MAX_SECTIONS,
    validate_max=True,
)
