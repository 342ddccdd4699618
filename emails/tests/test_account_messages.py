"""E-mails of allauth: staff can edit each that it can send with the settings of this project."""

from pathlib import Path

import allauth
import pytest
from allauth.account import app_settings
from django.template.loader import render_to_string

from emails.account_messages import ACCOUNT_KINDS, kind_of
from organisation.tests.factories import set_organisation

# Never sent, each with the reason (see `test_what_is_never_sent_is_switched_off`).
NEVER_SENT = {
    "account/email/login_code": "nobody logs in with a code by e-mail",
    "account/email/password_reset_key": "a code instead of a link resets a password",
}
SUBJECT = "_subject.txt"


def prefixes():
    """Return the prefix of the templates of each e-mail of allauth."""
    paths = Path(allauth.__file__).parent.rglob(f"*{SUBJECT}")
    return {str(path).rpartition("/templates/")[2].removesuffix(SUBJECT) for path in paths}


def test_every_email_that_allauth_sends_can_be_edited():
    """A new version of allauth may send others: give them a text, or say why they are not sent."""
    found = prefixes()
    assert found >= NEVER_SENT.keys() and len(found) > 15
    missing = {prefix for prefix in found if kind_of(prefix) not in ACCOUNT_KINDS}
    assert missing == NEVER_SENT.keys()


def test_what_is_never_sent_is_switched_off():
    assert not app_settings.LOGIN_BY_CODE_ENABLED and not app_settings.LOGIN_BY_CODE_REQUIRED
    assert app_settings.PASSWORD_RESET_BY_CODE_ENABLED


@pytest.mark.django_db
def test_names_in_subjects_are_not_escaped():
    set_organisation(name="Smith & Sons")
    code = render_to_string("account/email/email_confirmation_subject.txt")
    assert "Smith & Sons" in code
    for change in ("connected", "disconnected"):
        name = f"socialaccount/email/account_{change}_subject.txt"
        assert "Smith & Sons" in render_to_string(name, {"provider": "Smith & Sons"})
