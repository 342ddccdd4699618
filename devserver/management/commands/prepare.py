from django.core.management.base import BaseCommand

from devserver.preparation import prepare


class Command(BaseCommand):
    help = "Bring the database and the collected static files up to date; fill an empty demo."

    def handle(self, *args, **options):
        prepare(out=self.stdout)
