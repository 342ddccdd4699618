"""What the customer of the demo bank may ask it to do."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from . import bank

LONGEST = 24 * 60 * 60


class DecisionForm(forms.Form):
    """One of the bank's buttons, and how late "late" is."""

    answer = forms.ChoiceField(
        choices=[(name, name) for name in ("pay", "decline", "slowly", "twice", "late", "never")],
        label=_("Answer"),
    )
    seconds = forms.IntegerField(
        min_value=1,
        max_value=LONGEST,
        required=False,
        label=_("Seconds until the answer"),
    )

    def decide(self, charge):
        """Have the bank do what was asked. Call it on a valid form."""
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
        # "never": the bank does nothing at all, and the charge stays open for good.
