"""The trail in the admin: found and read, changed by nobody."""

from auditlog.models import LogEntry
from django.contrib import admin

from trail.models import Change, LogIn, Step

from .changes import ChangeAdmin
from .log_ins import LogInAdmin
from .steps import StepAdmin

admin.site.unregister(LogEntry)  # auditlog's own page of the same lines.
admin.site.register(Change, ChangeAdmin)
admin.site.register(LogIn, LogInAdmin)
admin.site.register(Step, StepAdmin)
