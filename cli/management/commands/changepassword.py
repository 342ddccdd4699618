"""Django's command of this name, recorded as staff activity."""

from django.contrib.auth.management.commands import changepassword

from cli.audited_command import AuditedCommand


class Command(AuditedCommand, changepassword.Command):
    pass
