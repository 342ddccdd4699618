"""The base of admin pages of secrets: entered and replaced, never shown."""

from typing import Any

from django.http import HttpRequest

from accounts.second_factor import is_verified_sign_in
from core.admin.bases import SecretFieldsAdmin


class SecretsAdmin(SecretFieldsAdmin):
    """For superusers whose session was verified with a second factor."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.is_allowed(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_allowed(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_allowed(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_allowed(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_allowed(request)

    def is_allowed(self, request: HttpRequest) -> bool:
        user = request.user
        return bool(
            user.is_active
            and user.is_superuser
            and is_verified_sign_in(getattr(request, "session", {}), user)
        )
