"""Templates of performances in the admin."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action
from unfold.widgets import (
    UnfoldAdminSingleDateWidget,
    UnfoldAdminSingleTimeWidget,
    UnfoldAdminTextInputWidget,
)

from core.admin.bases import ModelAdmin
from core.admin.confirmation import confirm, was_confirmed
from core.datetimes import check_year, moments_at
from core.money import money
from shows.models import Performance, PerformanceTemplate
from shows.performance_templates import create_from_template, save_as_template
from shows.repeat_performance import CannotRepeat


class StartForm(forms.Form):
    """When the new performance starts."""

    day = forms.DateField(
        label=gettext_lazy("date"), validators=[check_year], widget=UnfoldAdminSingleDateWidget
    )
    hour = forms.TimeField(
        label=gettext_lazy("starts"),
        widget=UnfoldAdminSingleTimeWidget,
        help_text=gettext_lazy("Venue local time"),
    )

    def __init__(self, data: Any, *, template: PerformanceTemplate) -> None:
        super().__init__(data, initial={"hour": template.settings["starts"]})
        self.zone = template.plan.venue.zone
        self.starts_at: datetime | None = None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "day" in data and "hour" in data:
            found = moments_at(datetime.combine(data["day"], data["hour"]), self.zone)
            if len(found) == 1:
                self.starts_at = found[0]
            elif found:
                self.add_error("hour", _("This time occurs twice, as the clocks go back."))
            else:
                self.add_error("hour", _("This time does not exist, as the clocks go forward."))
        return data


class TemplateNameForm(forms.Form):
    """The name of a new template."""

    name = forms.CharField(
        label=gettext_lazy("name"), max_length=80, widget=UnfoldAdminTextInputWidget
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if PerformanceTemplate.objects.filter(name=name).exists():
            raise forms.ValidationError(_("There is a template with this name already."))
        return name


class PerformanceTemplateAdmin(ModelAdmin):
    """Made of a performance; another one replaces it, only its name changes."""

    list_display = ["name", "show", "venue"]
    list_select_related = ["show", "plan__venue"]
    search_fields = ["name", "show__title"]
    fields = ["name", "show", "venue", "plan", "prices"]
    readonly_fields = ["show", "venue", "plan", "prices"]
    actions_detail = ["new_performance"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=gettext_lazy("venue"))
    def venue(self, template: PerformanceTemplate) -> str:
        return str(template.plan.venue)

    @admin.display(description=gettext_lazy("prices"))
    def prices(self, template: PerformanceTemplate) -> Any:
        rows, currency = template.settings["rows"], template.settings["fields"]["currency"]
        lines = [f"{row['name']}: {money(row['price'], currency)}" for row in rows["PriceCategory"]]
        lines += [row["name"] for row in rows["Concession"]]
        items = format_html_join("", "<li>{}</li>", ([line] for line in lines))
        return format_html("<ul>{}</ul>", items)

    @action(
        description=gettext_lazy("New performance"),
        url_path="new-performance",
        icon="add",
        permissions=["new_performance"],
    )
    def new_performance(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Create a draft from the template; only its date is asked for."""
        template = self.get_object(request, object_id)
        if not isinstance(template, PerformanceTemplate):
            raise Http404
        with timezone.override(template.plan.venue.zone):
            form = StartForm(request.POST if was_confirmed(request) else None, template=template)
            if was_confirmed(request) and form.is_valid():
                draft = _create(template, form)
                if draft is not None:
                    self.log_addition(request, draft, _("Created from %s.") % template)
                    messages.success(request, _("Draft created"))
                    return redirect("admin:shows_performance_change", draft.pk)
            return confirm(
                request,
                self,
                title=_("New performance from %s") % template,
                button=_("Create draft"),
                form=form,
                text=_("Prices, concessions and sales settings come from the template."),
                back=reverse("admin:shows_performancetemplate_change", args=[template.pk]),
            )

    def has_new_performance_permission(
        self, request: HttpRequest, object_id: str | None = None
    ) -> bool:
        return bool(request.user.has_perm("shows.add_performance"))


class SaveTemplatePage(admin.ModelAdmin):
    """Mixin of the admin of performances."""

    @action(
        description=gettext_lazy("Save as template"),
        url_path="save-template",
        icon="bookmark_add",
        permissions=["save_template"],
    )
    def save_template(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Save the settings of this performance as a template."""
        performance = self.get_object(request, object_id)
        if not isinstance(performance, Performance):
            raise Http404
        form = TemplateNameForm(request.POST if was_confirmed(request) else None)
        if was_confirmed(request) and form.is_valid():
            template = save_as_template(performance=performance, name=form.cleaned_data["name"])
            messages.success(request, _("Template saved."))
            return redirect("admin:shows_performancetemplate_change", template.pk)
        return confirm(
            request,
            self,
            title=_("Save %s as a template") % performance,
            button=_("Save template"),
            form=form,
            text=_("Keeps the show, plan, prices, concessions and sales settings, not the date."),
            back=reverse("admin:shows_performance_change", args=[performance.pk]),
        )

    def has_save_template_permission(
        self, request: HttpRequest, object_id: str | None = None
    ) -> bool:
        return bool(request.user.has_perm("shows.add_performancetemplate"))


def _create(template: PerformanceTemplate, form: StartForm) -> Performance | None:
    """Return the draft, or None if it is refused, with the reasons at the date."""
    assert form.starts_at is not None
    try:
        return create_from_template(template=template, starts_at=form.starts_at)
    except CannotRepeat as refusal:
        form.add_error("day", refusal.faults)
        return None
