from typing import Any

from django.core.management.base import BaseCommand

from devserver.preparation import prepare


class Command(BaseCommand):
    help = "Apply migrations, load the demo data into an empty database, collect static files."

    def handle(self, *args: Any, **options: Any) -> None:
        prepare(out=self.stdout)
