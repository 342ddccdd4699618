"""What devices with a pass ask for: Apple's web service to update passes, version 1.

A device registers each pass with its push token. When it is told of a change, it asks for the
serial numbers of its passes that changed since the tag of its last answer, and then for each pass.
"""

from datetime import UTC, datetime, timedelta

from django.db.models import Max

from ..models import PassRegistration, WalletPass
from ..passes import note_changes

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def register(*, wallet_pass: WalletPass, device: str, push_token: str) -> bool:
    """Let the device follow the pass; return whether it did not do so before."""
    _row, is_new = PassRegistration.objects.update_or_create(
        wallet_pass=wallet_pass, device=device, defaults={"push_token": push_token}
    )
    # What happened while nobody followed it was not looked for.
    note_changes(WalletPass.objects.filter(pk=wallet_pass.pk))
    return is_new


def unregister(*, wallet_pass: WalletPass, device: str) -> None:
    """Let the device follow the pass no longer. Repeatable."""
    PassRegistration.objects.filter(wallet_pass=wallet_pass, device=device).delete()


def changed_serials(*, device: str, tag: str) -> tuple[str, list[str]]:
    """Return the new tag and the serial numbers of the device's passes that changed since `tag`.

    An empty tag, or one that is none of ours, means all of its passes.
    """
    passes = WalletPass.objects.of_device(device)
    note_changes(passes)
    if (since := _moment_of(tag)) is not None:
        passes = passes.filter(changed_at__gt=since)
    latest = passes.aggregate(latest=Max("changed_at"))["latest"]
    if latest is None:
        return tag, []
    # What changes from now on has a later time (see `note_changes`), and is in the next answer.
    found = passes.filter(changed_at__lte=latest).order_by("pk")
    return _tag_of(latest), [one.serial for one in found]


def _tag_of(moment: datetime) -> str:
    return str((moment - EPOCH) // MICROSECOND)


def _moment_of(tag: str) -> datetime | None:
    if not (tag.isascii() and tag.isdigit() and len(tag) < 18):
        return None
    return EPOCH + int(tag) * MICROSECOND
