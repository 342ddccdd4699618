"""A read-only admin, whose rows change only through actions."""

from typing import Any

from django.http import HttpRequest
from unfold.admin import ModelAdmin

from core.secret_fields import SecretFieldsAdmin


class ReadOnlyAdmin(SecretFieldsAdmin, ModelAdmin):
    """Rows are created and changed by operations of the app, never in a form.

    Actions declare `permissions=["act"]`, which requires the model's change permission.
    """

    list_per_page = 50
    show_full_result_count = False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields or [field.name for field in self.opts.fields if field.name != "id"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_fields(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_act_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        permission = f"{self.opts.app_label}.change_{self.opts.model_name}"
        return bool(request.user.has_perm(permission))
