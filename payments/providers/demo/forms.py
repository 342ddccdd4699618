"""Forms of the demo bank's pay page."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from payments.models import DemoCharge

from . import bank

MAX_SECONDS = 24 * 60 * 60


class DecisionForm(forms.Form):
    """The customer's choice of how the demo bank answers, and with which delay."""

    answer = forms.ChoiceField(
        choices=[(name, name) for name in ("pay", "decline", "slowly", "twice", "late", "never")],
        label=_("Answer"),
    )
    seconds = forms.IntegerField(
        min_value=1,
        max_value=MAX_SECONDS,
        required=False,
        label=_("Seconds until the answer"),
    )

    def decide(self, charge: DemoCharge) -> None:
        """Have the bank do what was chosen. Call it on a valid form."""
        answer = self.cleaned_data["answer"]
        if answer == "pay":
            bank.pay(charge)
        elif answer == "twice":
            bank.pay(charge, times=2)
        elif answer == "slowly":
            bank.pay(charge, after=bank.SLOWLY)
        elif answer == "late":
            seconds = self.cleaned_data["seconds"]
            bank.pay(charge, after=timedelta(seconds=seconds) if seconds else bank.LATE)
        elif answer == "decline":
            bank.decline(charge)
        # "never": the bank does nothing, and the charge stays open.
