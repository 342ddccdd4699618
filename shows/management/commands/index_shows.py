"""`manage.py index_shows`: rebuild the search index, after imports or upgrades."""

from typing import Any

from django.core.management.base import BaseCommand

from shows.search import index_shows


class Command(BaseCommand):
    help = "Rebuild the search index of all shows."

    def handle(self, *args: Any, **options: Any) -> None:
        number = index_shows()
        self.stdout.write(f"{number} shows indexed.")
