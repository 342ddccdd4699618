"""The mail server that sends e-mails: from EMAIL_URL, or else as entered in the admin.

Its password is stored encrypted with a key derived from SECRET_KEY.
"""

import smtplib
import socket
import ssl
from contextlib import suppress

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import gettext as _

from core.exceptions import Refused
from core.secret_keys import encryption

from .current import clear_cached_organisation, current_mail_server, current_organisation
from .models import MailServer

INFO = b"concert: password of the mail server"
SMTP = "django.core.mail.backends.smtp.EmailBackend"
TIMEOUT = 20  # Seconds.
# Staff wait for a test e-mail.
TEST_TIMEOUT = 10


class MailTestFailed(Refused):
    """A test e-mail was not accepted. `str()` says why and what to check."""

    status = 502


def has_mail_server() -> bool:
    """Return whether e-mails are sent. Costs no query."""
    return bool(settings.EMAIL_URL) or current_mail_server() is not None


def mail_backend(*, timeout: int = TIMEOUT) -> BaseEmailBackend:
    """Return a connection to the mail server, not opened yet.

    Without a mail server, one that drops everything. Raises Refused where the stored password
    cannot be decrypted.
    """
    server = None if settings.EMAIL_URL else current_mail_server()
    if server is None:
        return get_connection(settings.EMAIL_DELIVERY_BACKEND)
    return get_connection(
        SMTP,
        host=server.host,
        port=server.port,
        username=server.user,
        password=_decrypted(server.password),
        use_tls=server.security == MailServer.Security.STARTTLS,
        use_ssl=server.security == MailServer.Security.TLS,
        timeout=timeout,
    )


def save_mail_server(*, server: MailServer, password: str) -> MailServer:
    """Save the server. An empty password keeps the stored one, unless there is no user name."""
    if password:
        server.password = encryption(INFO).encrypt(password.encode()).decode()
    elif not server.user:
        server.password = ""
    server.save()
    clear_cached_organisation()
    return server


def send_test_email(*, to: str) -> None:
    """Send an e-mail to an address at once. Raises MailTestFailed with the reason."""
    message = EmailMessage(
        subject=_("Test e-mail from %s") % current_organisation().name,
        body=_("This e-mail was sent to test the mail server. It works."),
        from_email=current_organisation().sender,
        to=[to],
    )
    message.connection = mail_backend(timeout=TEST_TIMEOUT)
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as error:
        raise MailTestFailed(_reason(error)) from error
    finally:
        # A connection that failed while it was opened is left open.
        with suppress(OSError, smtplib.SMTPException):
            message.connection.close()


def _decrypted(token: str) -> str:
    if not token:
        return ""
    try:
        return encryption(INFO).decrypt(token.encode()).decode()
    except InvalidToken:
        raise Refused(
            _("The stored password cannot be decrypted with SECRET_KEY or SECRET_KEY_FALLBACKS.")
        ) from None


def _reason(error: Exception) -> str:
    """Return what went wrong and what to check, as a sentence for staff."""
    if isinstance(error, socket.gaierror):
        return _("The host was not found. Check its name for typing errors.")
    if isinstance(error, TimeoutError):
        return _("The mail server did not answer. Check host and port.")
    if isinstance(error, ConnectionRefusedError):
        return _("The mail server refused the connection. Check host and port.")
    if isinstance(error, ssl.SSLError):
        return _("The encryption failed: %s. Check port and encryption.") % error.reason
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _("The mail server rejected user name or password.")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return _("The mail server does not offer this: %s. Check the encryption.") % error
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return _("The mail server closed the connection. Check port and encryption.")
    if isinstance(error, smtplib.SMTPSenderRefused):
        return _("The mail server rejected the sender %s.") % error.sender
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _("The mail server rejected the recipient.")
    return _("The e-mail was not accepted: %s") % error
