"""API keys in the admin: made, shown once, revoked."""

from django import forms
from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from .keys import make_key, revoke_key
from .models import ApiKey, Scope


class ApiKeyForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(
        label=_("It may"), choices=Scope, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = ApiKey
        fields = ["name", "scopes"]


@admin.register(ApiKey)
class ApiKeyAdmin(ModelAdmin):
    """Whoever makes a key owns it and answers for it. Its text is shown once, in a message."""

    form = ApiKeyForm
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
