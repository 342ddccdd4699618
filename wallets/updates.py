"""Tell wallets of passes that changed: cancelled, reissued, moved, rescheduled, renamed.

Nothing in the sale knows of passes. Every minute, what followed passes show is compared with what
they showed; nobody who changes a ticket can forget them, and no sale waits for them.
"""

import logging
from collections import defaultdict
from contextlib import suppress

from django.db.models import F

from .apple.push import push
from .configuration import apple_signer, google_account
from .exceptions import WalletRefused, WalletUnavailable
from .google.accounts import Account
from .google.api import WalletApi
from .google.objects import update_class, update_object
from .models import PassRegistration, WalletPass
from .passes import note_changes

logger = logging.getLogger(__name__)

BATCH = 500
KEPT_DAYS = 30


def update_passes() -> None:
    """Send changed passes to wallets not yet notified. Repeatable."""
    note_changes(WalletPass.objects.followed())
    _push_apple()
    _update_google()


def delete_old_passes() -> int:
    """Delete passes and registrations of devices a month after their performance."""
    deleted, _by_model = WalletPass.objects.outdated(KEPT_DAYS).delete()
    return deleted


def _push_apple() -> None:
    signer = apple_signer()
    if signer is None:
        return
    waiting = dict(WalletPass.objects.apple().to_notify().values_list("pk", "changed_at")[:BATCH])
    tokens = defaultdict(set)
    rows = PassRegistration.objects.filter(wallet_pass__in=waiting)
    for wallet_pass, token in rows.values_list("wallet_pass", "push_token"):
        tokens[token].add(wallet_pass)
    sent, void = push(sorted(tokens), signer)
    PassRegistration.objects.filter(push_token__in=void).delete()
    unreached = set().union(*(tokens[token] for token in tokens.keys() - sent - void))
    for pk, changed_at in waiting.items():
        if pk not in unreached:
            _mark_notified(pk, changed_at)


def _update_google() -> None:
    account = google_account()
    if account is None:
        return
    if waiting := list(WalletPass.objects.google().to_notify().with_content()[:BATCH]):
        try:
            _send_to_google(waiting, account)
        except WalletUnavailable as refusal:
            logger.warning("Google Wallet: %s", refusal)  # Tried again in a minute.


def _send_to_google(passes: list[WalletPass], account: Account) -> None:
    """Send passes, and the event of each once. What Google refuses holds up none of the others."""
    api, events = WalletApi(account), set()
    for wallet_pass in passes:
        event = wallet_pass.ticket.performance_id
        with suppress(WalletRefused):
            if event not in events:
                events.add(event)
                update_class(api, wallet_pass, account)
        with suppress(WalletRefused):
            update_object(api, wallet_pass, account)
        _mark_notified(wallet_pass.pk, wallet_pass.changed_at)


def _mark_notified(pk, changed_at):
    # Keep later changes pending.
    WalletPass.objects.filter(pk=pk, notified_at__lt=F("changed_at")).update(notified_at=changed_at)
