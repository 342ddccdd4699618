"""Staff activity in the admin, read-only."""

from auditlog.models import LogEntry
from django.contrib import admin

from staff_activity.models import FieldChange, SignIn, StaffAction

from .field_changes import FieldChangeAdmin
from .sign_ins import SignInAdmin
from .staff_actions import StaffActionAdmin

admin.site.unregister(LogEntry)  # The page of auditlog for the same rows.
admin.site.register(FieldChange, FieldChangeAdmin)
admin.site.register(SignIn, SignInAdmin)
admin.site.register(StaffAction, StaffActionAdmin)
