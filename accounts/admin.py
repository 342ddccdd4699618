"""Accounts and roles in the admin, and the sign-in to it."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminPasswordChangeForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from core.admin.bases import ModelAdmin
from core.admin.confirmation import confirm_first
from core.name_search import NameSearchAdmin, name_matches

from .addresses import replace_address
from .admin_forms import UserChangeForm, UserCreationForm
from .admin_memberships import MembershipPage
from .approval import approve_accounts
from .models import User
from .requests import user_of
from .roles import grantable_groups, is_role, may_manage_account, may_manage_group, permissions_of

# Staff sign in on the same page as everybody, with its rate limits and two-step verification.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# The address is a field of the account here, and authenticators belong to their owners.
admin.site.unregister([Group, EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken])


class ApprovalFilter(admin.SimpleListFilter):
    title = _("approval")
    parameter_name = "approval"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("waiting", _("waiting")), ("approved", _("approved"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "waiting":
            return queryset.awaiting_approval()
        if self.value() == "approved":
            return queryset.exclude(approved_at=None)
        return queryset


@admin.register(User)
class UserAdmin(MembershipPage, NameSearchAdmin, DjangoUserAdmin, ModelAdmin):
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
    search_fields = ["email", "name", "member_number"]
    ordering = ["-date_joined"]
    date_hierarchy = "date_joined"
    filter_horizontal = []
    actions = ["approve"]
    actions_detail = ["membership"]
    readonly_fields = [
        *["approved_at", "last_visit_at", "last_login", "date_joined", "orders"],
        *["member_number", "member_until"],
    ]
    fieldsets = [
        (None, {"fields": ["email", "name", "password", "orders"]}),
        (_("Preferences"), {"fields": ["language", "time_zone"]}),
        (_("Membership"), {"fields": ["member_number", "member_until"]}),
        (
            _("Permissions"),
            {"fields": ["is_active", "is_staff", "groups", "is_superuser"]},
        ),
        (_("Dates"), {"fields": ["approved_at", "last_visit_at", "last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["email", "name", "usable_password", "password1", "password2"]}),
        (_("Permissions"), {"fields": ["is_staff", "groups"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def has_word(self, word: str) -> Q:
        return name_matches(word, "name", "email") | Q(member_number=word)

    @admin.display(description=_("roles"))
    def roles(self, user: User) -> str:
        if user.is_superuser:
            return gettext("Superuser")
        return ", ".join(group.name for group in user.groups.all())

    @admin.display(description=_("orders"))
    def orders(self, user: User) -> str:
        try:
            url = reverse("admin:bookings_order_changelist")
        except NoReverseMatch:
            return "–"
        return format_html(
            '<a href="{}?{}">{}</a>', url, urlencode({"q": user.email}), _("Show orders")
        )

    @admin.action(description=_("Approve selected accounts"), permissions=["approve"])
    @confirm_first(
        title=_("Approve these accounts?"),
        button=_("Approve"),
        text=_("The customers can buy tickets from now on, and are notified by e-mail."),
    )
    def approve(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Approve the accounts."""
        approved = approve_accounts(users=queryset, by=user_of(request))
        message = ngettext(
            "%(count)d account approved; the customer has been notified.",
            "%(count)d accounts approved; the customers have been notified.",
            len(approved),
        )
        messages.success(request, message % {"count": len(approved)})

    def has_approve_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("accounts.approve_user"))

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and _may_manage(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _may_manage(request, obj)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs["widget"] = UnfoldAdminCheckboxSelectMultipleWidget
            kwargs["queryset"] = grantable_groups(user_of(request))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else [*fields, "is_superuser"]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.approved_at = timezone.now()
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            replace_address(user=obj, email=obj.email)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    """Groups. The built-in roles are read-only: `accounts.roles` defines their permissions."""

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return super().has_change_permission(request, obj) and _may_be_changed(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _may_be_changed(request, obj)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:  # type: ignore[override]
        if db_field.name == "permissions":
            kwargs["queryset"] = permissions_of(user_of(request))
        return super().formfield_for_manytomany(db_field, request, **kwargs)


def _may_manage(request: HttpRequest, user: User | None) -> bool:
    return user is None or may_manage_account(user_of(request), user)


def _may_be_changed(request: HttpRequest, group: Group | None) -> bool:
    return group is None or (not is_role(group) and may_manage_group(user_of(request), group))
