"""What the tests of letters share."""

import pytest

from letters import writing
from letters.messages import Message


@pytest.fixture
def writers(monkeypatch):
    """The registry of writers, with one for greetings; what a test adds is forgotten after it."""
    monkeypatch.setattr(writing, "_writers", {})

    @writing.writes("greeting")
    def greeting(letter):
        return Message(
            subject=f"Hello, {letter.about['name']}",
            text=f"Good evening, {letter.about['name']}.",
            html=f"<p>Good evening, {letter.about['name']}.</p>",
        )

    return writing._writers
