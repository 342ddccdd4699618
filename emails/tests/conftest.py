"""What the tests of letters share."""

import pytest

from emails import rendering
from emails.messages import Message


@pytest.fixture
def writers(monkeypatch):
    """The registry of writers, with one for greetings; what a test adds is forgotten after it."""
    monkeypatch.setattr(rendering, "_writers", {})

    @rendering.renders("greeting")
    def greeting(letter):
        return Message(
            subject=f"Hello, {letter.about['name']}",
            text=f"Good evening, {letter.about['name']}.",
            html=f"<p>Good evening, {letter.about['name']}.</p>",
        )

    return rendering._writers
