"""What archiving adds to an admin: deleting only what nothing stands on, and the way back."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.archiving import bring_back, remove, standing_on

from .confirmation import confirm, was_confirmed


class ArchivedFilter(admin.SimpleListFilter):
    """Lists leave out what has been archived, unless they are asked for it."""

    title = gettext_lazy("archive")
    parameter_name = "archived"

    def lookups(self, request, model_admin):
        return [("yes", gettext_lazy("archived")), ("all", gettext_lazy("with the archived"))]

    def choices(self, changelist):
        first, *others = super().choices(changelist)
        return [first | {"display": _("not archived")}, *others]

    def queryset(self, request, queryset):
        if self.value() == "all":
            return queryset
        return queryset.archived() if self.value() == "yes" else queryset.current()


class ArchivingAdmin:
    """A part of the admin of a model that is `Archivable`.

    Its button "Delete" and its action say beforehand what is deleted and what is archived.
    """

    # The model whose form offers these rows, of which it is offered no archived ones.
    chosen_in = ""

    def get_list_filter(self, request):
        return [*super().get_list_filter(request), ArchivedFilter]

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        for name in ("remove_chosen", "bring_back_chosen"):
            if getattr(self, f"has_{name}_permission")(request):
                function = getattr(type(self), name)
                actions[name] = (function, name, function.short_description)
        return actions

    def get_search_results(self, request, queryset, search_term):
        """Forms that choose one of these are offered no archived ones."""
        if self.chosen_in and request.GET.get("model_name") == self.chosen_in:
            queryset = queryset.current()
        return super().get_search_results(request, queryset, search_term)

    def after_removal(self, thing):
        """Bring up to date what depends on it: it was deleted, archived or brought back."""

    def has_remove_chosen_permission(self, request):
        return self.has_delete_permission(request)

    def has_bring_back_chosen_permission(self, request):
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")

    def render_change_form(self, request, context, *args, **kwargs):
        thing = context.get("original")
        if thing is not None and thing.is_archived:
            day = date_format(thing.archived_at, "DATE_FORMAT")
            messages.info(
                request,
                _("Archived on %s: in no list. An action of the list brings it back.") % day,
            )
        return super().render_change_form(request, context, *args, **kwargs)

    def delete_view(self, request, object_id, extra_context=None):
        """Ask, saying whether it would be deleted or archived, and why."""
        thing = self.get_object(request, object_id)
        if thing is None:
            raise Http404
        if not self.has_delete_permission(request, thing):
            raise PermissionDenied
        page = reverse(
            f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[thing.pk]
        )
        if reasons := self._against(thing):
            for reason in reasons:
                messages.error(request, reason)
            return redirect(page)
        if was_confirmed(request):
            self._remove(request, [thing])
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        is_kept = standing_on(thing)
        return confirm(
            request,
            self,
            title=(_("Archive %s?") if is_kept else _("Delete %s?")) % thing,
            button=_("Archive") if is_kept else _("Delete"),
            words=_ARCHIVED if is_kept else _("Nothing stands on it. This cannot be undone."),
            items=[self._told(thing)] if is_kept else [],
            back=page,
        )

    @admin.action(description=gettext_lazy("Delete or archive"))
    def remove_chosen(self, request, queryset):
        """Delete those of the chosen on which nothing stands, and archive the others."""
        things = list(queryset)
        if was_confirmed(request):
            self._remove(request, things)
            return None
        return confirm(
            request,
            self,
            title=_("Delete or archive these?"),
            button=_("Delete or archive"),
            words=_ARCHIVED,
            items=[self._told(thing) for thing in things],
            queryset=things,
        )

    @admin.action(description=gettext_lazy("Bring back from the archive"))
    def bring_back_chosen(self, request, queryset):
        things = list(queryset.archived())
        for thing in things:
            bring_back(thing=thing)
            self.after_removal(thing)
            self.log_change(request, thing, _("Brought back from the archive."))
        words = ngettext("%d is back.", "%d are back.", len(things))
        messages.success(request, words % len(things))

    def _remove(self, request, things):
        deleted = archived = 0
        for thing in things:
            if reasons := self._against(thing):
                for reason in reasons:
                    messages.error(request, reason)
                continue
            pk, name = thing.pk, str(thing)
            if remove(thing=thing):
                deleted += 1
                thing.pk = pk  # The log names what is gone.
                self.log_deletions(request, [thing])
            else:
                archived += 1
                self.log_change(request, thing, _("Archived: %s") % name)
            self.after_removal(thing)
        if deleted:
            words = ngettext("%d was deleted.", "%d were deleted.", deleted)
            messages.success(request, words % deleted)
        if archived:
            words = ngettext("%d was archived.", "%d were archived.", archived)
            messages.success(request, words % archived)

    def _against(self, thing):
        return thing.reasons_against_archiving() if standing_on(thing) else []

    def _told(self, thing):
        if reasons := self._against(thing):
            return " ".join(reasons)
        if kept := standing_on(thing):
            told = ", ".join(f"{count} {name}" for name, count in kept)
            return _("%(thing)s is archived. It has %(what)s.") % {"thing": thing, "what": told}
        return _("%s is deleted.") % thing


_ARCHIVED = gettext_lazy(
    "What the books speak of is archived: it leaves the catalogue and the lists, and all that was"
    " sold with it stays. It can be brought back."
)
