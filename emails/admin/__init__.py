"""Letters in the admin: what is owed, what is in the queue, and each as its reader sees it.

django-post_office's own pages are taken away. They render a letter's parts unstyled, let staff
edit what has been sent, and send from within the request.
"""

from django.contrib import admin
from post_office.models import Attachment, Email, EmailTemplate, Log

from emails.models import Consent, OptOut, OutboxEmail

from .consents import ConsentAdmin
from .opt_outs import OptOutAdmin
from .outbox import OutboxEmailAdmin
from .queue import EmailAdmin

for model in (Attachment, Email, EmailTemplate, Log):
    admin.site.unregister(model)

admin.site.register(OutboxEmail, OutboxEmailAdmin)
admin.site.register(Email, EmailAdmin)
admin.site.register(OptOut, OptOutAdmin)
admin.site.register(Consent, ConsentAdmin)
