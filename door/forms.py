"""Forms of the door."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

DOOR = "door"


class ScanForm(forms.Form):
    """One of: the content of a code (or a search text), a ticket that was found, a picture."""

    text = forms.CharField(label=_("Code, reference or name"), max_length=400, required=False)
    ticket = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    picture = forms.FileField(label=_("Photo of a code"), required=False)
    scan = forms.SlugField(max_length=40, required=False)


class DeviceScanForm(forms.Form):
    """A scan stored on a device. Both times are milliseconds by the device's own clock."""

    text = forms.CharField(max_length=400)
    scan = forms.SlugField(max_length=40)
    door = forms.CharField(max_length=40, required=False)
    scanned_at = forms.IntegerField(required=False, min_value=0, max_value=10**14)
    sent_at = forms.IntegerField(required=False, min_value=0, max_value=10**14)


class DoorForm(forms.Form):
    """The name of this door, recorded with each check-in."""

    door = forms.CharField(label=_("Door name"), max_length=40)


def door_of(request: HttpRequest) -> str:
    """Return the name of this browser's door."""
    return request.session.get(DOOR) or str(_("Main door"))
