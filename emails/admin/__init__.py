"""E-mails in the admin: the outbox, previews of each kind, and consents."""

from django.contrib import admin

from emails.models import Consent, OptOut, OutboxEmail

from .consents import ConsentAdmin, OptOutAdmin
from .outbox import OutboxEmailAdmin

admin.site.register(OutboxEmail, OutboxEmailAdmin)
admin.site.register(OptOut, OptOutAdmin)
admin.site.register(Consent, ConsentAdmin)
