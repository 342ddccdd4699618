"""Legal texts and the questions of the help page in the admin."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display

from core.admin.bases import ModelAdmin
from core.admin.confirmation import IRREVERSIBLE, confirm, was_confirmed
from core.markdown import render_page
from core.primary_keys import parse_key

from .legal_texts import publish, save_draft, start_draft
from .models import HelpEntry, LegalText
from .samples import is_sample


class NewTextForm(forms.ModelForm):
    """Which text to write: its content is entered on the next page."""

    class Meta:
        model = LegalText
        fields = ["kind", "language"]


@admin.register(LegalText)
class LegalTextAdmin(ModelAdmin):
    """Drafts are edited and published; published versions stay as they are."""

    list_display = ["name", "language", "version", "state", "published_at", "published_by"]
    list_filter = ["kind", "language"]
    search_fields = ["body"]
    search_help_text = gettext_lazy("Part of the text")
    fields = ["name", "status", "body"]
    readonly_fields = ["name", "status", "preview"]
    actions_detail = ["publish_it", "new_version"]

    @display(description=gettext_lazy("text"), ordering="kind")
    def name(self, text: LegalText) -> str:
        return f"{text.get_kind_display()} ({text.get_language_display()}), v{text.version}"

    @display(
        description=gettext_lazy("status"),
        label={"draft": "info", "sample": "warning", "published": "success"},
    )
    def state(self, text: LegalText) -> tuple[str, str]:
        if text.is_sample:
            return "sample", _("sample")
        return ("published", _("published")) if text.is_published else ("draft", _("draft"))

    @display(description=gettext_lazy("status"))
    def status(self, text: LegalText) -> str:
        return self.state(text)[1]

    @display(description=gettext_lazy("preview"))
    def preview(self, text: LegalText) -> str:
        return format_html('<div class="legal-preview">{}</div>', render_page(text.body))

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = NewTextForm
        return super().get_form(request, obj, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ["kind", "language"]
        if self.has_change_permission(request, obj):
            return ["name", "status", "body", "preview"]
        return ["name", "status", "published_at", "published_by", "preview"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.is_published)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Drafts can be deleted, on their own page; published versions cannot."""
        return bool(obj and not obj.is_published and super().has_delete_permission(request, obj))

    def has_draft_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._is_draft(object_id) is True and super().has_change_permission(request)

    def has_published_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._is_draft(object_id) is False and super().has_change_permission(request)

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> LegalText:
        """Open the draft of the chosen text instead of adding a second one."""
        if change:
            return super().save_form(request, form, change)
        return start_draft(kind=form.cleaned_data["kind"], language=form.cleaned_data["language"])

    def save_model(self, request: HttpRequest, obj: LegalText, form: Any, change: bool) -> None:
        if change:
            saved = save_draft(text=obj, body=form.cleaned_data["body"])
            obj.is_sample = saved.is_sample

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save nothing more: a text has no related rows."""

    def response_add(
        self, request: HttpRequest, obj: LegalText, post_url_continue: Any = None
    ) -> HttpResponse:
        return redirect("admin:organisation_legaltext_change", obj.pk)

    @action(
        description=gettext_lazy("Publish"),
        url_path="publish",
        permissions=["draft"],
        attrs=IRREVERSIBLE,
    )
    def publish_it(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what publishing means; the confirmed POST publishes the saved draft."""
        text = get_object_or_404(LegalText, pk=object_id)
        back = reverse("admin:organisation_legaltext_change", args=[text.pk])
        if was_confirmed(request):
            publish(text=text, by=str(request.user))
            self.log_change(request, text, _("Published."))
            messages.success(request, _("%s is published.") % text)
            return redirect(back)
        notes = [_("It replaces the current version at once and can't be changed any more.")]
        if is_sample(text.kind, text.language, text.body):
            notes.append(_("It is still a sample: replace the text and the parts in brackets."))
        return confirm(
            request,
            self,
            title=_("Publish %s") % text,
            button=_("Publish"),
            text=" ".join(notes),
            back=back,
        )

    @action(
        description=gettext_lazy("Edit as new version"), url_path="edit", permissions=["published"]
    )
    def new_version(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Open the draft of the next version; create it if there is none."""
        text = get_object_or_404(LegalText, pk=object_id)
        draft = start_draft(kind=text.kind, language=text.language)
        return redirect("admin:organisation_legaltext_change", draft.pk)

    def _is_draft(self, object_id: Any) -> bool | None:
        key = parse_key(object_id)
        text = None if key is None else LegalText.objects.filter(pk=key).first()
        return None if text is None else not text.is_published


@admin.register(HelpEntry)
class HelpEntryAdmin(ModelAdmin):
    list_display = ["question", "language", "ordinal", "is_published"]
    list_editable = ["ordinal", "is_published"]
    list_filter = ["language", "is_published"]
    search_fields = ["question", "answer"]
    search_help_text = gettext_lazy("Question or answer")
