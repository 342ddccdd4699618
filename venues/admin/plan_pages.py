"""A plan's picture with what stands beside it, and what happens when a plan is kept."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from venues.models import SeatingPlan
from venues.plans import add_plan_version
from venues.preview import legend, plan_svg


def plan_html(draft):
    """The picture, the legend and the sections of a draft, as safe HTML."""
    return render_to_string(
        "admin/venues/_plan.html",
        {"plan": draft, "svg": plan_svg(draft), "legend": legend(draft)},
    )


def plan_page(request, model_admin, template, title, *, refused=False, **context):
    """A page of the admin beside the list of plans, which says what was `refused`, if anything."""
    request.current_app = model_admin.admin_site.name
    return render(
        request,
        template,
        {
            **model_admin.admin_site.each_context(request),
            "title": title,
            "opts": model_admin.opts,
            **context,
        },
        status=422 if refused else 200,
    )


def save_plan(request, model_admin, *, venue, name, draft):
    """Add the draft as a version, say so, write it into the admin's log, and go to it."""
    versions = SeatingPlan.objects.filter(venue=venue, name=name)
    before = versions.count()
    plan = add_plan_version(venue=venue, name=name, draft=draft)
    if versions.count() == before:
        messages.info(request, _("This is the same plan as %s: nothing had to be kept.") % plan)
    else:
        model_admin.log_addition(request, plan, _("Version %d.") % plan.version)
        messages.success(request, _("%s is there. Performances can be put on sale with it.") % plan)
    return redirect("admin:venues_seatingplan_change", plan.pk)
