"""Models of the bottom layer."""

from django.db import models
from django.db.models.functions import Now


class Heartbeat(models.Model):
    """When a background process was last seen alive, by the database's clock."""

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name
