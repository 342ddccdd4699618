"""Apply a change of the organisation at once in the process that made it."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from .current import clear_cached_organisation
from .models import MailServer, Organisation


@receiver(post_save, sender=Organisation)
@receiver([post_save, post_delete], sender=MailServer)
def _forget(**kwargs: Any) -> None:
    clear_cached_organisation()
    # Another thread may have read the old row before the commit.
    transaction.on_commit(clear_cached_organisation)
