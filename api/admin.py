"""API keys, webhooks and deliveries in the admin."""

import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import display

from accounts.requests import user_of
from core.admin.bases import ModelAdmin, ReadOnlyAdmin, SecretFieldsAdmin
from core.admin.confirmation import confirm_first, irreversible
from core.annotations import Text
from core.enqueue import enqueue_soon

from .keys import make_key, revoke_key
from .models import ApiKey, Delivery, Endpoint, EventType, Scope
from .webhooks import endpoints, publishing
from .webhooks.endpoints import make_endpoint, rotate_secret
from .webhooks.http_client import Unreachable, target_of
from .webhooks.sending import replay

COLOURS = {
    "enabled": "success",
    "failing": "warning",
    "disabled": "danger",
    "pending": "info",
    "delivered": "success",
    "failed": "danger",
}


class ApiKeyForm(forms.ModelForm):  # type: ignore[type-arg]
    scopes = forms.MultipleChoiceField(
        label=_("scopes"), choices=Scope, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = ApiKey
        fields = ["name", "scopes"]


@admin.register(ApiKey)
class ApiKeyAdmin(SecretFieldsAdmin, ModelAdmin):
    """Create and revoke keys. Whoever creates one owns it; its text is shown once, in a message."""

    form = ApiKeyForm
    secret_fields = ("digest",)
    list_display = ["name", "hint", "owner", "scopes", "last_used_at", "revoked_at"]
    list_select_related = ["owner"]
    search_fields = ["name", "hint", "owner__email"]
    actions = ["revoke"]

    def has_change_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        key, text = make_key(
            owner=user_of(request), name=obj.name, scopes=form.cleaned_data["scopes"]
        )
        obj.pk, obj.owner, obj.hint, obj._state.adding = key.pk, key.owner, key.hint, False
        messages.warning(request, _("The key, which is shown only once: %s") % text)

    @irreversible
    @admin.action(description=_("Revoke"), permissions=["add"])
    @confirm_first(
        title=_("Revoke these API keys?"),
        button=_("Revoke"),
        text=_("Programs that use them are refused from now on. This cannot be undone."),
    )
    def revoke(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Revoke the keys."""
        for key in queryset:
            revoke_key(key=key)
            self.log_change(request, key, "Revoked.")
        messages.success(request, _("Revoked. These keys no longer work."))


class EndpointForm(forms.ModelForm):  # type: ignore[type-arg]
    url = forms.CharField(
        label=_("URL"),
        max_length=500,
        widget=forms.URLInput,
        help_text=_("Where events are sent, such as https://example.org/hook."),
    )
    events = forms.MultipleChoiceField(
        label=_("events"), choices=EventType, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Endpoint
        fields = ["name", "url", "events"]

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        if url != self.instance.url:
            try:
                target_of(url)
            except Unreachable as refusal:
                raise forms.ValidationError(str(refusal)) from None
        return url


@admin.register(Endpoint)
class EndpointAdmin(SecretFieldsAdmin, ModelAdmin):
    """Manage webhooks. The secret of each is shown once, in a message."""

    form = EndpointForm
    secret_fields = ("salt", "previous_salt")
    list_display = ["name", "url", "owner", "state", "pending", "failing_since"]
    list_select_related = ["owner"]
    search_fields = ["name", "url", "owner__email"]
    readonly_fields = ["owner", "created_at", "failures", "failing_since", "disabled_reason"]
    actions = ["ping", "rotate", "disable", "enable"]

    def get_fields(self, request: HttpRequest, obj: Endpoint | None = None) -> Any:
        return EndpointForm.Meta.fields + (self.readonly_fields if obj else [])

    def get_queryset(self, request: HttpRequest) -> QuerySet[Endpoint]:
        rows: Any = super().get_queryset(request)
        annotated: QuerySet[Endpoint] = rows.with_pending()
        return annotated

    @display(description=_("state"), label=COLOURS)
    def state(self, endpoint: Endpoint) -> tuple[str, Text]:
        if not endpoint.is_enabled:
            return "disabled", _("disabled")
        return ("failing", _("failing")) if endpoint.failures else ("enabled", _("enabled"))

    @display(description=_("pending"), ordering="pending")
    def pending(self, endpoint: Endpoint) -> int:
        return endpoint.pending

    def save_model(self, request: HttpRequest, obj: Endpoint, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=form.changed_data)
            return
        made, secret = make_endpoint(owner=user_of(request), **form.cleaned_data)
        obj.pk, obj.owner, obj._state.adding = made.pk, made.owner, False
        self._show_secret(request, secret)

    @admin.action(description=_("Send test event"), permissions=["change"])
    def ping(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for endpoint in queryset:
            publishing.ping(endpoint=endpoint)
        messages.success(request, _("Test event sent. See the deliveries for the response."))

    @irreversible
    @admin.action(description=_("Rotate secret"), permissions=["change"])
    @confirm_first(
        title=_("Rotate the secrets of these webhooks?"),
        button=_("Rotate secret"),
        text=_(
            "Each gets a new secret, which is shown only once. The previous one is valid"
            " for another day."
        ),
    )
    def rotate(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Give the webhooks new secrets."""
        for endpoint in queryset:
            secret = rotate_secret(endpoint=endpoint)
            self.log_change(request, endpoint, "Rotated the secret.")
            self._show_secret(request, secret)

    @admin.action(description=_("Disable"), permissions=["change"])
    @confirm_first(
        title=_("Disable these webhooks?"),
        button=_("Disable"),
        text=_("Events that happen until you enable them again are never sent to them."),
    )
    def disable(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Disable the webhooks."""
        for endpoint in queryset:
            endpoints.disable(endpoint=endpoint, because=f"{request.user}")
            self.log_change(request, endpoint, "Disabled.")
        messages.success(request, _("Disabled. New events are not kept for it."))

    @admin.action(description=_("Enable"), permissions=["change"])
    def enable(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for endpoint in queryset:
            endpoints.enable(endpoint=endpoint)
            self.log_change(request, endpoint, "Enabled.")
        messages.success(request, _("Enabled."))

    def _show_secret(self, request: HttpRequest, secret: str) -> None:
        messages.warning(request, _("The secret, which is shown only once: %s") % secret)


class DeliveryStateFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[Any]:
        return Delivery.Status.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        return getattr(queryset, chosen)() if chosen in Delivery.Status.values else queryset


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Deliveries with their responses; they can be sent again."""

    list_display = [
        "event_id",
        "kind",
        "endpoint",
        "state",
        "attempts",
        "response_status",
        "last_attempt_at",
    ]
    list_filter = [DeliveryStateFilter, "event__type", "endpoint"]
    list_select_related = ["endpoint", "event"]
    search_fields = ["event__id", "event__body"]
    search_help_text = _("Event id, or order reference")
    fields = [
        *[
            "event_id",
            "kind",
            "endpoint",
            "status",
            "attempts",
            "next_attempt_at",
            "last_attempt_at",
        ],
        *["delivered_at", "response_status", "response_summary", "body"],
    ]
    actions = ["resend"]

    @display(description=_("type"), ordering="event__type")
    def kind(self, delivery: Delivery) -> str:
        return delivery.event.type

    @display(description=_("status"), ordering="status", label=COLOURS)
    def state(self, delivery: Delivery) -> tuple[str, str]:
        return delivery.status, delivery.get_status_display()

    @display(description=_("body"))
    def body(self, delivery: Delivery) -> str:
        text = json.dumps(json.loads(delivery.event.body), indent=2, ensure_ascii=False)
        return format_html('<pre class="whitespace-pre-wrap">{}</pre>', text)

    @admin.action(description=_("Send again"), permissions=["act"])
    def resend(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        count = replay(Delivery.objects.filter(pk__in=queryset.values("pk")))
        enqueue_soon("api.tasks.deliver_webhooks")
        message = ngettext(
            "%(count)d event will be sent again.", "%(count)d events will be sent again.", count
        )
        self.message_user(request, message % {"count": count}, messages.SUCCESS)
