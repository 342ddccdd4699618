"""The choice of the payment provider in the admin."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminRadioSelectWidget

from payments.choice import chosen_provider, possible_providers, save_choice
from payments.credentials import find_choice_problems
from payments.models import ProviderChoice

from .superuser_secrets import SecretsAdmin

TITLES = {
    "none": gettext_lazy("None: customers book free tickets only; the rest is sold at the counter"),
    "demo": gettext_lazy("Demo bank: everybody pays without money"),
}


class ProviderChoiceForm(forms.ModelForm):
    """A provider of those that can be chosen here. Its keys are tried before it is saved."""

    class Meta:
        model = ProviderChoice
        fields = ["provider"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "provider" not in self.fields:
            return
        self.fields["provider"] = forms.ChoiceField(
            label=gettext_lazy("Who takes payments online"),
            choices=[(name, TITLES.get(name, name.capitalize())) for name in possible_providers()],
            initial=chosen_provider(),
            widget=UnfoldAdminRadioSelectWidget,
            help_text=gettext_lazy(
                "Enter the keys first (Money, Provider keys). Payments that were started stay with"
                " their provider."
            ),
        )

    def clean_provider(self) -> str:
        provider: str = self.cleaned_data["provider"]
        if problems := find_choice_problems(provider):
            raise forms.ValidationError(problems)
        return provider


@admin.register(ProviderChoice)
class ProviderChoiceAdmin(SecretsAdmin, ModelAdmin):
    """One choice, unless PAYMENT_PROVIDER in the environment names the provider."""

    form = ProviderChoiceForm
    fieldsets = [(None, {"fields": ["provider"]})]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_choose(request) and not ProviderChoice.objects.exists()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_choose(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Lead to the form: there is one choice at most."""
        if not self._may_choose(request):
            if self.has_view_permission(request):
                text = _("PAYMENT_PROVIDER in the environment says who takes payments: %s.")
                messages.info(request, text % settings.PAYMENT_PROVIDER.capitalize())
            return super().changelist_view(request, extra_context)
        choice = ProviderChoice.objects.first()
        if choice is None:
            return redirect("admin:payments_providerchoice_add")
        return redirect("admin:payments_providerchoice_change", choice.pk)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        hidden = {"show_save_and_add_another": False, "show_save_and_continue": False}
        context = (extra_context or {}) | hidden
        return super().changeform_view(request, object_id, form_url, context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.pk = save_choice(form.cleaned_data["provider"]).pk

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> Any:
        return self._done(request)

    def response_change(self, request: HttpRequest, obj: Any) -> Any:
        return self._done(request)

    def _may_choose(self, request: HttpRequest) -> bool:
        return self.is_allowed(request) and not settings.PAYMENT_PROVIDER_IS_SET

    def _done(self, request: HttpRequest) -> HttpResponse:
        """Stay on the form: the list would lead back to it."""
        messages.success(request, _("Saved. New payments use this provider within ten seconds."))
        return redirect("admin:payments_providerchoice_changelist")
