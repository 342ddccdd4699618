"""Edit the texts of each kind of e-mail, by language."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminEmailInputWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.models import User
from accounts.requests import user_of
from core.admin.confirmation import confirm, was_confirmed
from emails.bodies import BLOCKS
from emails.kinds import EmailKind
from emails.models import EmailTemplate
from emails.placeholders import placeholders_of
from emails.template_editing import (
    Standard,
    Trial,
    editable_kinds,
    problems_with,
    reset_wording,
    save_wording,
    send_test,
    standard_of,
    stored_wording,
    try_wording,
)
from emails.wording import Wording
from organisation.language import offered_languages

from .preview import EmailView, draft_of


class WordingForm(forms.Form):
    """The texts of a kind of e-mail, and the order or customer to preview it with."""

    subject = forms.CharField(
        label=gettext_lazy("subject"),
        max_length=200,
        required=False,
        widget=UnfoldAdminTextInputWidget,
    )
    introduction = forms.CharField(
        label=gettext_lazy("introduction"),
        max_length=5000,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 9}),
        help_text=gettext_lazy(
            "An empty line starts a paragraph. **bold**, *italic*, - list, [text](https://…)."
        ),
    )
    body = forms.CharField(
        label=gettext_lazy("whole text"),
        max_length=10000,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 14}),
        help_text=gettext_lazy(
            "Blocks such as {introduction} stand on lines of their own: move them, or write around"
            " them. Header and footer are always added."
        ),
    )
    order = forms.CharField(
        label=gettext_lazy("preview with order"),
        max_length=12,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Order number. If empty, the latest e-mail of this kind is used."),
    )

    customer = forms.EmailField(
        label=gettext_lazy("preview with customer"),
        required=False,
        widget=UnfoldAdminEmailInputWidget,
        help_text=gettext_lazy("E-mail address. If empty, the latest e-mail or a sample is used."),
    )

    def __init__(
        self, data: Any = None, *, kind: str, language: str, standard: Standard, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.kind, self.language = kind, language
        del self.fields["customer" if standard.is_about_order else "order"]

    @property
    def wording(self) -> Wording:
        return Wording(
            self.cleaned_data["subject"].strip(),
            self.cleaned_data["introduction"].strip(),
            self.cleaned_data["body"].strip(),
        )

    def clean(self) -> dict[str, Any] | None:
        """Refuse unknown and missing placeholders, each beside its field."""
        data = super().clean()
        if not self.errors:
            for name, problems in problems_with(self.kind, self.language, self.wording).items():
                for problem in problems:
                    self.add_error(name if name in self.fields else None, str(problem))
        return data


class WordingPages(admin.ModelAdmin):
    """Mixin of the admin of e-mails: the pages on which staff edit texts."""

    def get_urls(self) -> list[URLPattern]:
        view, base = self.admin_site.admin_view, "kinds/<slug:name>/<slug:language>/"
        return [
            path(base, view(self.wording_view), name="emails_outboxemail_wording"),
            path(f"{base}reset/", view(self.reset_view), name="emails_outboxemail_reset"),
            *super().get_urls(),
        ]

    def has_edit_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("emails.change_emailtemplate"))

    def wording_view(self, request: HttpRequest, name: str, language: str) -> HttpResponse:
        """Edit, preview and try the texts of a kind in one language."""
        kind, user = self._kind(request, name, language), user_of(request)
        standard, stored = standard_of(name, language), stored_wording(name, language)
        form = WordingForm(
            request.POST or None,
            kind=name,
            language=language,
            standard=standard,
            initial=_initial(standard, stored),
        )
        email_view: EmailView | None = None
        if request.method == "POST" and form.is_valid():
            if "save" in request.POST:
                self._save(request, kind, language, form.wording)
                return redirect(request.path)
            email_view = self._try(request, form, user)
        return self._page(request, kind, language, form, standard, stored, email_view)

    def reset_view(self, request: HttpRequest, name: str, language: str) -> HttpResponse:
        """Return to the standard texts, after confirmation."""
        kind = self._kind(request, name, language)
        page = reverse("admin:emails_outboxemail_wording", args=[name, language])
        template = stored_wording(name, language)
        if template is None:
            return redirect(page)
        if was_confirmed(request):
            self.log_change(request, template, _("Reset to the standard text."))
            reset_wording(kind=name, language=language)
            messages.success(request, _("The standard text is used again."))
            return redirect(page)
        return confirm(
            request,
            self,
            title=_("Reset “%(kind)s” (%(language)s)?")
            % {"kind": kind.title, "language": _language_name(language)},
            button=_("Reset to default"),
            text=_("Your subject, introduction and text are deleted."),
            back=page,
        )

    def _kind(self, request: HttpRequest, name: str, language: str) -> EmailKind:
        if not self.has_edit_permission(request):
            raise PermissionDenied
        kind = {kind.name: kind for kind in editable_kinds()}.get(name)
        if kind is None or language not in dict(offered_languages()):
            raise Http404
        return kind

    def _save(self, request: HttpRequest, kind: EmailKind, language: str, wording: Wording) -> None:
        template = save_wording(kind=kind.name, language=language, wording=wording)
        if template is None:
            messages.success(request, _("The standard text is used."))
            return
        self.log_change(request, template, _("Text changed."))
        messages.success(request, _("Saved. E-mails use this text from now on."))

    def _try(self, request: HttpRequest, form: WordingForm, user: User) -> EmailView | None:
        """Return the preview; send it to the user as well if that was requested."""
        about = {
            name: form.cleaned_data[name] for name in ("order", "customer") if name in form.fields
        }
        trial = try_wording(form.kind, form.language, form.wording, **about)
        if trial is None:
            form.add_error(
                next(iter(about)), _("There is no e-mail of this kind to preview with this.")
            )
            return None
        if "test" in request.POST:
            send_test(trial=trial, user=user)
            messages.success(
                request,
                _("Test e-mail sent to %(email)s, without attachments and personal links.")
                % {"email": user.email},
            )
        return draft_of(trial.email, trial.message, note=_note(trial), user=user)

    def _page(
        self,
        request: HttpRequest,
        kind: EmailKind,
        language: str,
        form: WordingForm,
        standard: Standard,
        stored: EmailTemplate | None,
        email_view: EmailView | None,
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": f"{kind.title} ({_language_name(language)})",
            "opts": self.opts,
            "form": form,
            "stored": stored,
            "email_view": email_view,
            "placeholders": placeholders_of(kind.name),
            "blocks": [
                (f"{{{name}}}", BLOCKS[name], name in standard.required) for name in standard.blocks
            ],
            "kind": kind,
            "language": language,
            "others": [(code, str(name)) for code, name in offered_languages() if code != language],
        }
        status = 422 if form.is_bound and form.errors else 200
        return render(request, "admin/emails/wording.html", context, status=status)


def templates_by_kind() -> dict[str, list[tuple[str, str, EmailTemplate | None]]]:
    """Return (language, its name, what staff wrote) of each language by kind. One query."""
    stored = {(one.kind, one.language): one for one in EmailTemplate.objects.all()}
    return {
        kind.name: [
            (code, str(name), stored.get((kind.name, code))) for code, name in offered_languages()
        ]
        for kind in editable_kinds()
    }


def _initial(standard: Standard, stored: EmailTemplate | None) -> dict[str, str]:
    return {
        "subject": (stored and stored.subject) or standard.subject,
        "introduction": (stored and stored.introduction) or standard.introduction,
        "body": (stored and stored.body) or standard.body,
    }


def _note(trial: Trial) -> str:
    if trial.is_sample:
        return _("This is a sample with made-up data.")
    reference = trial.email.about.get("order")
    if reference:
        return _("With the data of order %(order)s.") % {"order": reference}
    return _("With the data of %(email)s.") % {"email": trial.email.to}


def _language_name(code: str) -> str:
    return str(dict(offered_languages())[code])
