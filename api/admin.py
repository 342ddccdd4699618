"""API keys and webhooks in the admin: made, their secret shown once, switched off and on again."""

import json

from django import forms
from django.contrib import admin, messages
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.decorators import display

from core.admin.read_only import ReadOnlyAdmin
from core.enqueue import enqueue_soon
from core.secret_fields import SecretFieldsAdmin

from .keys import make_key, revoke_key
from .models import ApiKey, Delivery, Endpoint, EventType, Scope
from .webhooks.endpoints import disable, enable, make_endpoint, rotate_secret
from .webhooks.http_client import Unreachable, target_of
from .webhooks.publishing import ping
from .webhooks.sending import replay

COLOURS = {
    "on": "success",
    "failing": "warning",
    "off": "danger",
    "waiting": "info",
    "delivered": "success",
    "given_up": "danger",
}


class ApiKeyForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(
        label=_("It may"), choices=Scope, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = ApiKey
        fields = ["name", "scopes"]


@admin.register(ApiKey)
class ApiKeyAdmin(SecretFieldsAdmin, ModelAdmin):
    """Whoever makes a key owns it and answers for it. Its text is shown once, in a message."""

    form = ApiKeyForm
    secret_fields = ("digest",)
    list_display = ["name", "hint", "owner", "scopes", "last_used_at", "revoked_at"]
    list_select_related = ["owner"]
    search_fields = ["name", "hint", "owner__email"]
    actions = ["revoke"]

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        key, text = make_key(owner=request.user, name=obj.name, scopes=form.cleaned_data["scopes"])
        obj.pk, obj.owner, obj.hint, obj._state.adding = key.pk, key.owner, key.hint, False
        words = _("The key, which nobody can show you again: %s")
        messages.warning(request, words % text)

    @admin.action(description=_("Revoke"), permissions=["add"])
    def revoke(self, request, queryset):
        for key in queryset:
            revoke_key(key=key)
            self.log_change(request, key, "Revoked.")
        messages.success(request, _("Revoked. Programs with these keys are shut out from now on."))


class EndpointForm(forms.ModelForm):
    url = forms.CharField(
        label=_("address"),
        max_length=500,
        widget=forms.URLInput,
        help_text=_("Where the program listens, such as https://example.org/hook."),
    )
    events = forms.MultipleChoiceField(
        label=_("It is told that"), choices=EventType, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Endpoint
        fields = ["name", "url", "events"]

    def clean_url(self):
        url = self.cleaned_data["url"].strip()
        if url != self.instance.url:
            try:
                target_of(url)
            except Unreachable as refusal:
                raise forms.ValidationError(str(refusal)) from None
        return url


@admin.register(Endpoint)
class EndpointAdmin(SecretFieldsAdmin, ModelAdmin):
    """Programs that are told of events. The secret of each is shown once, in a message."""

    form = EndpointForm
    secret_fields = ("salt", "previous_salt")
    list_display = ["name", "url", "owner", "state", "waiting", "failing_since"]
    list_select_related = ["owner"]
    search_fields = ["name", "url", "owner__email"]
    readonly_fields = ["owner", "created_at", "failures", "failing_since", "disabled_because"]
    actions = ["ask", "rotate", "switch_off", "switch_on"]

    def get_fields(self, request, obj=None):
        return EndpointForm.Meta.fields + (self.readonly_fields if obj else [])

    def get_queryset(self, request):
        return super().get_queryset(request).with_waiting()

    @display(description=_("state"), label=COLOURS)
    def state(self, endpoint):
        if not endpoint.is_on:
            return "off", _("switched off")
        return ("failing", _("failing")) if endpoint.failures else ("on", _("on"))

    @display(description=_("waiting"), ordering="waiting")
    def waiting(self, endpoint):
        return endpoint.waiting

    def save_model(self, request, obj, form, change):
        if change:
            obj.save(update_fields=form.changed_data)
            return
        made, secret = make_endpoint(owner=request.user, **form.cleaned_data)
        obj.pk, obj.owner, obj._state.adding = made.pk, made.owner, False
        self._show_secret(request, secret)

    @admin.action(description=_("Ask whether it listens (ping)"), permissions=["change"])
    def ask(self, request, queryset):
        for endpoint in queryset:
            ping(endpoint=endpoint)
        messages.success(request, _("Asked. The answer is among the deliveries in a moment."))

    @admin.action(description=_("New secret"), permissions=["change"])
    def rotate(self, request, queryset):
        for endpoint in queryset:
            secret = rotate_secret(endpoint=endpoint)
            self.log_change(request, endpoint, "New secret.")
            self._show_secret(request, secret)

    @admin.action(description=_("Switch off"), permissions=["change"])
    def switch_off(self, request, queryset):
        for endpoint in queryset:
            disable(endpoint=endpoint, because=f"{request.user}")
            self.log_change(request, endpoint, "Switched off.")
        messages.success(request, _("Switched off. Nothing new is kept for it."))

    @admin.action(description=_("Switch on"), permissions=["change"])
    def switch_on(self, request, queryset):
        for endpoint in queryset:
            enable(endpoint=endpoint)
            self.log_change(request, endpoint, "Switched on.")
        messages.success(request, _("Switched on."))

    def _show_secret(self, request, secret):
        words = _("The secret, which nobody can show you again: %s")
        messages.warning(request, words % secret)


class DeliveryStateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return Delivery.Status.choices

    def queryset(self, request, queryset):
        if self.value() not in Delivery.Status.values:
            return queryset
        return getattr(queryset, self.value())()


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """What was told to whom, what they answered, and sending it again."""

    list_display = ["event_id", "kind", "endpoint", "state", "attempts", "answer", "tried_at"]
    list_filter = [DeliveryStateFilter, "event__type", "endpoint"]
    list_select_related = ["endpoint", "event"]
    search_fields = ["event__id", "event__body"]
    search_help_text = _("Number of the event, or an order's reference")
    fields = [
        *["event_id", "kind", "endpoint", "status", "attempts", "due_at", "tried_at"],
        *["delivered_at", "answer", "words", "body"],
    ]
    actions = ["send_again"]

    @display(description=_("kind"), ordering="event__type")
    def kind(self, delivery):
        return delivery.event.type

    @display(description=_("state"), ordering="status", label=COLOURS)
    def state(self, delivery):
        return delivery.status, delivery.get_status_display()

    @display(description=_("body"))
    def body(self, delivery):
        told = json.dumps(json.loads(delivery.event.body), indent=2, ensure_ascii=False)
        return format_html('<pre class="whitespace-pre-wrap">{}</pre>', told)

    @admin.action(description=_("Send again"), permissions=["act"])
    def send_again(self, request, queryset):
        count = replay(Delivery.objects.filter(pk__in=queryset.values("pk")))
        enqueue_soon("api.tasks.deliver_webhooks")
        words = ngettext(
            "%(count)d event will be sent again.", "%(count)d events will be sent again.", count
        )
        self.message_user(request, words % {"count": count}, messages.SUCCESS)
