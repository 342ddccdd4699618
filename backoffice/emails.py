"""The test e-mail, by which staff see that e-mails arrive."""

import secrets

from django.db import transaction
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import User
from core.links import absolute
from emails.messages import Message, message_from_templates
from emails.models import OutboxEmail
from emails.outbox import enqueue_email
from emails.placeholders import Placeholder, offer_placeholders
from emails.rendering import renders
from emails.sample_registry import Sample, make_recipient, sample_for
from organisation.current import current_organisation

TEST = "test_email"
offer_placeholders(
    TEST, Placeholder("organisation", gettext_lazy("Name of the organisation"), "organisation")
)


@renders(TEST, title=gettext_lazy("Test e-mail"))
def test_email(email: OutboxEmail) -> Message | None:
    """Render the test e-mail."""
    name = current_organisation().name
    return message_from_templates(
        email,
        subject=_("Test e-mail from %s") % name,
        context={"organisation": name, "url": absolute("/admin/setup/mail/")},
    )


@sample_for(TEST)
def sample() -> Sample:
    return Sample({}, make_recipient(is_staff=True))


def send_test_email(*, user: User) -> None:
    """Enqueue a test e-mail to the address of a member of staff."""
    with transaction.atomic():
        enqueue_email(
            kind=TEST,
            key=f"test:{user.pk}:{secrets.token_hex(8)}",
            to=user.email,
            about={},
            user=user,
            language=get_language() or "en",
        )
