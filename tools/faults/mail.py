"""A mail server that accepts e-mails, is down, or refuses them temporarily."""

from contextlib import suppress
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller


class MailServer:
    """Listens on `port` while it is open. `taken` has the Message-ID of each accepted e-mail."""

    def __init__(self, port):
        self.port = port
        self.taken = []
        self.refused = 0
        self.refusing = False
        self._controller = None

    def open(self):
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def close(self):
        if self._controller:
            with suppress(Exception):
                self._controller.stop()
            self._controller = None

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.refusing:
            self.refused += 1
            return "451 Not now, please"
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.taken.append(message["Message-ID"])
        return "250 taken"
