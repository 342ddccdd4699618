"""The trail in the admin: found and read, changed by nobody."""

from auditlog.models import LogEntry
from django.contrib import admin

from staff_activity.models import FieldChange, SignIn, StaffAction

from .field_changes import FieldChangeAdmin
from .sign_ins import SignInAdmin
from .staff_actions import StaffActionAdmin

admin.site.unregister(LogEntry)  # auditlog's own page of the same lines.
admin.site.register(FieldChange, FieldChangeAdmin)
admin.site.register(SignIn, SignInAdmin)
admin.site.register(StaffAction, StaffActionAdmin)
