"""Django's command of this name, written down in the trail."""

from django.contrib.auth.management.commands import changepassword

from cli.audited_command import AuditedCommand


class Command(AuditedCommand, changepassword.Command):
    pass
