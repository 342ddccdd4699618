"""An admin that shows and finds, and changes nothing except through actions."""

from unfold.admin import ModelAdmin

from core.secret_fields import SecretFieldsAdmin


class ReadOnlyAdmin(SecretFieldsAdmin, ModelAdmin):
    """Rows are made and changed by the operations of their room, never in a form.

    Actions state their own permission: `permissions=["act"]` asks for the model's ordinary
    change permission, which the forms of this admin never use.
    """

    list_per_page = 50
    show_full_result_count = False

    def get_fields(self, request, obj=None):
        return self.fields or [field.name for field in self.opts.fields if field.name != "id"]

    def get_readonly_fields(self, request, obj=None):
        return self.get_fields(request, obj)

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_act_permission(self, request, obj=None):
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")
