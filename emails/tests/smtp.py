"""An SMTP server for tests."""

import socket
from contextlib import contextmanager
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Mailbox:
    """The e-mails that the server accepted, and its configured replies."""

    def __init__(self):
        self.taken = []
        self.refused_recipients = {}  # {address: answer}
        self.answer_to_data = None  # Its reply instead of accepting the e-mail.
        self.after_taking = lambda message: None

    @property
    def recipients(self):
        return [recipient for recipients, _message in self.taken for recipient in recipients]

    @property
    def messages(self):
        return [message for _recipients, message in self.taken]

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802
        if address in self.refused_recipients:
            return self.refused_recipients[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.answer_to_data:
            return self.answer_to_data
        message = message_from_bytes(envelope.content, policy=policy.default)
        self.taken.append((list(envelope.rcpt_tos), message))
        self.after_taking(message)
        return "250 taken"


@contextmanager
def smtp_server(mailbox, port):
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
