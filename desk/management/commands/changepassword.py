"""Django's command of this name, written down in the trail."""

from django.contrib.auth.management.commands import changepassword

from desk.watched import Watched


class Command(Watched, changepassword.Command):
    pass
