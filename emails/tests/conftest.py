"""Fixtures for tests of e-mails."""

import pytest

from emails import rendering
from emails.messages import Message
from emails.models import OutboxEmail


@pytest.fixture
def renderers(monkeypatch):
    """The registry of renderers with one for greetings, restored after the test."""
    monkeypatch.setattr(rendering, "_renderers", {})

    @rendering.renders("greeting")
    def greeting(email: OutboxEmail) -> Message:
        return Message(
            subject=f"Hello, {email.about['name']}",
            text=f"Good evening, {email.about['name']}.",
            html=f"<p>Good evening, {email.about['name']}.</p>",
        )

    return rendering._renderers
