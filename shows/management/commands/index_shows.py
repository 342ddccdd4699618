"""`manage.py index_shows`: makes every show findable again, after imports or upgrades."""

from django.core.management.base import BaseCommand

from shows.search import index_shows


class Command(BaseCommand):
    help = "Write the search index of all shows anew."

    def handle(self, **options):
        number = index_shows()
        self.stdout.write(f"{number} shows can be found.")
