"""The choice of the payment provider, and of the methods that it offers, in the admin."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminRadioSelectWidget,
)

from core.admin.bases import ModelAdmin
from organisation.current import current_organisation
from payments.choice import chosen_provider, possible_providers, save_choice
from payments.credentials import find_choice_problems
from payments.methods import find_account_problems, find_method_problems, methods_of
from payments.models import ProviderChoice
from payments.providers import Provider, get_provider
from payments.providers.base import PaymentMethod

from .superuser_secrets import SecretsAdmin

TITLES = {
    "none": gettext_lazy("None: customers book free tickets only; the rest is sold at the counter"),
    "demo": gettext_lazy("Demo bank: everybody pays without money"),
}


MOST_CURRENCIES = 4  # More are not listed: one of them is likely to be the venue's.
METHODS = "methods_"  # The fields of methods are called so, with the provider's name.


class ProviderChoiceForm(forms.ModelForm):
    """A provider of those that can be chosen here, and its methods; both are tried first.

    What the environment says has no field.
    """

    class Meta:
        model = ProviderChoice
        fields = ["provider"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if settings.PAYMENT_PROVIDER_IS_SET:
            self.fields.pop("provider", None)
        elif "provider" in self.fields:
            self.fields["provider"] = _provider_field()
        if not settings.PAYMENT_METHODS:
            for name in settings.REAL_PAYMENT_PROVIDERS:
                self.fields[METHODS + name] = _methods_field(name)

    def clean_provider(self) -> str:
        provider: str = self.cleaned_data["provider"]
        if problems := find_choice_problems(provider):
            raise forms.ValidationError(problems)
        return provider

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        currency = current_organisation().currency
        used = data.get("provider") or (chosen_provider() if not self.errors else "")
        for provider, names in self.methods().items():
            problems = find_method_problems(provider, names, currency)
            if not problems and provider == used:
                problems = find_account_problems(provider, names, currency)
            if problems:
                self.add_error(METHODS + provider, problems)
        return data

    def methods(self) -> dict[str, list[str]]:
        """Return the chosen methods of each provider."""
        data = self.cleaned_data
        names = [(name, data.get(METHODS + name)) for name in settings.REAL_PAYMENT_PROVIDERS]
        return {name: methods for name, methods in names if methods}


def _provider_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=gettext_lazy("Who takes payments online"),
        choices=[(name, TITLES.get(name, name.capitalize())) for name in possible_providers()],
        initial=chosen_provider(),
        widget=UnfoldAdminRadioSelectWidget,
        help_text=gettext_lazy(
            "Enter the keys first (Money, Provider keys). Payments that were started stay with"
            " their provider."
        ),
    )


def _methods_field(name: str) -> forms.MultipleChoiceField:
    provider = get_provider(name)
    return forms.MultipleChoiceField(
        label=_("Payment methods of %s") % name.capitalize(),
        choices=[(method.name, _method_title(provider, method)) for method in provider.methods],
        initial=methods_of(provider),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        error_messages={"required": _("Choose at least one payment method.")},
        help_text=_("Activate them in %s’s dashboard first.") % name.capitalize(),
    )


def _method_title(provider: Provider, method: PaymentMethod) -> str:
    """Return the method's name with what limits it."""
    limits = sorted(method.currencies) if len(method.currencies) <= MOST_CURRENCIES else []
    if method.name in provider.delayed_methods:
        limits.append(_("paid days later"))
    return f"{method.title} ({', '.join(limits)})" if limits else str(method.title)


@admin.register(ProviderChoice)
class ProviderChoiceAdmin(SecretsAdmin, ModelAdmin):
    """One choice. PAYMENT_PROVIDER and PAYMENT_METHODS in the environment override it."""

    form = ProviderChoiceForm
    readonly_fields = ["provider_in_environment", "methods_in_environment"]

    @admin.display(description=gettext_lazy("Who takes payments online"))
    def provider_in_environment(self, _choice: ProviderChoice) -> str:
        text = _("%s. Set by PAYMENT_PROVIDER in the environment.")
        return text % settings.PAYMENT_PROVIDER.capitalize()

    @admin.display(description=gettext_lazy("Payment methods"))
    def methods_in_environment(self, _choice: ProviderChoice) -> str:
        text = _("%s. Set by PAYMENT_METHODS in the environment.")
        return text % ", ".join(settings.PAYMENT_METHODS)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        is_set = settings.PAYMENT_PROVIDER_IS_SET
        fields = ["provider_in_environment" if is_set else "provider"]
        if settings.PAYMENT_METHODS:
            fields.append("methods_in_environment")
        else:
            fields += [METHODS + name for name in settings.REAL_PAYMENT_PROVIDERS]
        return [(None, {"fields": fields})]

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        # The fields of methods are made by the form.
        return super().get_form(request, *args, **{**kwargs, "fields": ["provider"]})

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
                text = _(
                    "Payment provider and methods are set in the environment:"
                    " %(provider)s, %(methods)s."
                )
                said = {
                    "provider": settings.PAYMENT_PROVIDER.capitalize(),
                    "methods": ", ".join(settings.PAYMENT_METHODS),
                }
                messages.info(request, text % said)
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
        obj.pk = save_choice(form.cleaned_data.get("provider"), form.methods()).pk

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> Any:
        return self._done(request)

    def response_change(self, request: HttpRequest, obj: Any) -> Any:
        return self._done(request)

    def _may_choose(self, request: HttpRequest) -> bool:
        """Return whether there is something to choose: the environment can say all."""
        is_said = settings.PAYMENT_PROVIDER_IS_SET and settings.PAYMENT_METHODS
        return self.is_allowed(request) and not is_said

    def _done(self, request: HttpRequest) -> HttpResponse:
        """Stay on the form: the list would lead back to it."""
        messages.success(request, _("Saved. New payments use this provider within ten seconds."))
        return redirect("admin:payments_providerchoice_changelist")
