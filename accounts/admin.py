"""Accounts and roles in the admin, and the way into it."""

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from core.name_search import NameSearchAdmin, name_matches

from .addresses import replace_address
from .admin_forms import UserChangeForm, UserCreationForm
from .approval import approve_accounts
from .delegation import grantable_groups, may_manage_account, may_manage_group, permissions_of
from .models import User
from .roles import is_role

# Staff log in where everybody does: one page to guard, with its limits and its second factor.
admin.site.login = secure_admin_login(admin.site.login)

# The address is a field of the account here, and second factors belong to their owners.
admin.site.unregister([Group, EmailAddress, Authenticator])


class ApprovalFilter(admin.SimpleListFilter):
    title = _("approval")
    parameter_name = "approval"

    def lookups(self, request, model_admin):
        return [("waiting", _("waiting")), ("approved", _("approved"))]

    def queryset(self, request, queryset):
        if self.value() == "waiting":
            return queryset.awaiting_approval()
        if self.value() == "approved":
            return queryset.exclude(approved_at=None)
        return queryset


@admin.register(User)
class UserAdmin(NameSearchAdmin, DjangoUserAdmin, ModelAdmin):
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = [
        "email",
        "name",
        "roles",
        "approved_at",
        "last_visit_at",
        "date_joined",
        "is_active",
    ]
    list_filter = [ApprovalFilter, "is_staff", "groups", "is_active", "language"]
    search_fields = ["email", "name"]
    ordering = ["-date_joined"]
    date_hierarchy = "date_joined"
    filter_horizontal = []
    actions = ["approve"]
    readonly_fields = ["approved_at", "last_visit_at", "last_login", "date_joined", "orders"]
    fieldsets = [
        (None, {"fields": ["email", "name", "password", "orders"]}),
        (_("Preferences"), {"fields": ["language", "time_zone"]}),
        (
            _("Rights"),
            {"fields": ["is_active", "is_staff", "groups", "is_superuser"]},
        ),
        (_("Dates"), {"fields": ["approved_at", "last_visit_at", "last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["email", "name", "usable_password", "password1", "password2"]}),
        (_("Rights"), {"fields": ["is_staff", "groups"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    def has_word(self, word):
        return name_matches(word, "name", "email")

    @admin.display(description=_("roles"))
    def roles(self, user):
        if user.is_superuser:
            return _("everything")
        return ", ".join(group.name for group in user.groups.all())

    @admin.display(description=_("orders"))
    def orders(self, user):
        try:
            url = reverse("admin:bookings_order_changelist")
        except NoReverseMatch:
            return "–"
        return format_html(
            '<a href="{}?{}">{}</a>', url, urlencode({"q": user.email}), pgettext("verb", "Show")
        )

    @admin.action(description=_("Approve the chosen accounts"), permissions=["approve"])
    def approve(self, request, queryset):
        approved = approve_accounts(users=queryset, by=request.user)
        told = ngettext(
            "%(count)d account may book now, and has been told.",
            "%(count)d accounts may book now, and have been told.",
            len(approved),
        )
        messages.success(request, told % {"count": len(approved)})

    def has_approve_permission(self, request):
        return request.user.has_perm("accounts.approve_user")

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and _within_reach(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and _within_reach(request, obj)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "groups":
            kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget
            kwargs["queryset"] = grantable_groups(request.user)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else [*fields, "is_superuser"]

    def save_model(self, request, obj, form, change):
        if not change:
            obj.approved_at = timezone.now()
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            replace_address(user=obj, email=obj.email)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    """Roles of the house are only shown: `accounts.roles` says what they may."""

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and _may_be_changed(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and _may_be_changed(request, obj)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name == "permissions":
            kwargs["queryset"] = permissions_of(request.user)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


def _within_reach(request, user):
    """Nobody touches the account of somebody who may do more."""
    return user is None or may_manage_account(request.user, user)


def _may_be_changed(request, group):
    return group is None or (not is_role(group) and may_manage_group(request.user, group))
