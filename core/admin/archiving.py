"""Archiving in the admin: delete rows without references, archive and restore others."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.archiving import count_references, remove, restore

from .confirmation import confirm, irreversible, was_confirmed


class ArchivedFilter(admin.SimpleListFilter):
    """Leave archived rows out of the list unless they are chosen."""

    title = gettext_lazy("archive")
    parameter_name = "archived"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", gettext_lazy("archived")), ("all", gettext_lazy("including archived"))]

    def choices(self, changelist: Any) -> Iterator[Any]:
        first, *others = super().choices(changelist)
        yield {**first, "display": _("not archived")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        if self.value() == "all":
            return queryset
        return queryset.archived() if self.value() == "yes" else queryset.current()


class ArchivingAdmin(admin.ModelAdmin):
    """Mixin for the admin of an `Archivable` model.

    The button "Delete" and the action show beforehand what is deleted and what is archived.
    """

    # The model whose form has a field for these rows; archived ones cannot be selected there.
    chosen_in = ""

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return [*super().get_list_filter(request), ArchivedFilter]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        for name in ("delete_or_archive", "restore_chosen"):
            if getattr(self, f"has_{name}_permission")(request):
                function = getattr(type(self), name)
                actions[name] = (function, name, function.short_description)
        return actions

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Leave archived rows out of the choices of `chosen_in`."""
        if self.chosen_in and request.GET.get("model_name") == self.chosen_in:
            queryset = queryset.current()
        return super().get_search_results(request, queryset, search_term)

    def after_removal(self, row: Any) -> None:
        """Update what depends on the row, which was deleted, archived or restored."""

    def has_delete_or_archive_permission(self, request: HttpRequest) -> bool:
        return self.has_delete_permission(request)

    def has_restore_chosen_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = context.get("original")
        if row is not None and row.is_archived:
            day = date_format(row.archived_at, "DATE_FORMAT")
            messages.info(
                request,
                _("Archived on %s and hidden from lists. The list has an action to restore it.")
                % day,
            )
        return super().render_change_form(request, context, *args, **kwargs)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask for confirmation, with what would happen and why."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        if not self.has_delete_permission(request, row):
            raise PermissionDenied
        page = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])
        if reasons := self._against(row):
            for reason in reasons:
                messages.error(request, reason)
            return redirect(page)
        if was_confirmed(request):
            self._remove(request, [row])
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        has_references = count_references(row)
        return confirm(
            request,
            self,
            title=(_("Archive %s?") if has_references else _("Delete %s?")) % row,
            button=_("Archive") if has_references else _("Delete"),
            text=_ARCHIVED if has_references else _("Nothing refers to it. This cannot be undone."),
            items=[self._outcome_of(row)] if has_references else [],
            back=page,
        )

    @irreversible
    @admin.action(description=gettext_lazy("Delete or archive"))
    def delete_or_archive(
        self, request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponse | None:
        """Delete the selected rows without references, and archive the others."""
        rows = list(queryset)
        if was_confirmed(request):
            self._remove(request, rows)
            return None
        return confirm(
            request,
            self,
            title=_("Delete or archive these?"),
            button=_("Delete or archive"),
            text=_ARCHIVED,
            items=[self._outcome_of(row) for row in rows],
            queryset=rows,
        )

    @admin.action(description=gettext_lazy("Restore from archive"))
    def restore_chosen(self, request: HttpRequest, queryset: Any) -> None:
        rows = list(queryset.archived())
        for row in rows:
            restore(row=row)
            self.after_removal(row)
            self.log_change(request, row, _("Restored from the archive."))
        message = ngettext("%d item restored.", "%d items restored.", len(rows))
        messages.success(request, message % len(rows))

    def _remove(self, request, rows):
        deleted = archived = 0
        for row in rows:
            if reasons := self._against(row):
                for reason in reasons:
                    messages.error(request, reason)
                continue
            pk, name = row.pk, str(row)
            if remove(row=row):
                deleted += 1
                row.pk = pk  # For the log entry.
                self.log_deletions(request, [row])
            else:
                archived += 1
                self.log_change(request, row, _("Archived: %s") % name)
            self.after_removal(row)
        if deleted:
            message = ngettext("%d item deleted.", "%d items deleted.", deleted)
            messages.success(request, message % deleted)
        if archived:
            message = ngettext("%d item archived.", "%d items archived.", archived)
            messages.success(request, message % archived)

    def _against(self, row):
        return row.reasons_against_archiving() if count_references(row) else []

    def _outcome_of(self, row):
        if reasons := self._against(row):
            return " ".join(reasons)
        if references_found := count_references(row):
            references = ", ".join(f"{count} {name}" for name, count in references_found)
            return _("%(row)s will be archived: it has %(what)s.") % {
                "row": row,
                "what": references,
            }
        return _("%s will be deleted.") % row


_ARCHIVED = gettext_lazy(
    "Items with sales are archived, not deleted: they disappear from the catalogue and from lists,"
    " and their sales are kept. They can be restored."
)
