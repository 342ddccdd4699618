"""The vocabulary of money."""

from django.db import models
from django.db.models.functions import Now


class PaymentQuerySet(models.QuerySet):
    def open(self):
        return self.filter(status="open")

    def captured(self):
        return self.filter(status="captured")

    def made_for(self, purpose):
        return self.filter(purpose=purpose)


class RefundQuerySet(models.QuerySet):
    def due(self):
        """Those asked for and not yet sent, whose next try has come by the database's clock."""
        return self.filter(status="asked", try_after__lte=Now())
