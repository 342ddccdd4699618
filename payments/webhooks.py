"""Notices from providers: the same way in for a webhook and for the demo bank next door."""

from .charges import receive_event
from .providers import provider_named


def receive_notice(*, provider, headers, body):
    """Take in a provider's notice. Return whether it was news.

    Raises UnknownProvider, ForgedEvent, and what `receive_event` raises.
    """
    event = provider_named(provider).read_event(headers=headers, body=body)
    return receive_event(
        provider=provider,
        event_id=event.event_id,
        kind=event.kind,
        key=event.key,
        body=event.body,
    )
