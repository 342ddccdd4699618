"""Texts of allauth: each page, message and error of it that people see has one of ours.

A new version of allauth may bring others: give them a text, or say why they are not shown.
"""

from pathlib import Path

import allauth
import pytest
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.urls import NoReverseMatch, reverse

from accounts.adapter import AccountAdapter, MFAAdapter
from accounts.social_adapter import SocialAdapter
from devserver.run.claims import CHECKOUT

THEIRS = Path(allauth.__file__).parent / "templates"
OURS = CHECKOUT / "templates"
CODES_BY_EMAIL = "nobody logs in with a code by e-mail"
PHONES = "accounts have no phone numbers"
ONE_ADDRESS = "an account has one address, which is changed"
NEVER_SHOWN = {
    "account/messages/login_code_sent.txt": CODES_BY_EMAIL,
    "account/messages/phone_verification_sent.txt": PHONES,
    "account/messages/phone_verified.txt": PHONES,
    "account/messages/primary_email_set.txt": ONE_ADDRESS,
    "account/messages/unverified_primary_email.txt": ONE_ADDRESS,
    "account/confirm_login_code.html": CODES_BY_EMAIL,
    "account/confirm_phone_verification_code.html": PHONES,
    "account/email.html": ONE_ADDRESS,
    "account/phone_change.html": PHONES,
    "account/request_login_code.html": CODES_BY_EMAIL,
    "account/signup_by_passkey.html": "accounts begin with a password or another site",
    "mfa/trust.html": "no browser is trusted without the second step",
    "mfa/webauthn/signup_form.html": "accounts begin with a password or another site",
    "socialaccount/login_redirect.html": "the page that leads to another site is ours",
}
# Frames without words, which our pages fill or do not use.
FRAMES = {"base.html", "snippets"}
NEVER_RAISED = {
    AccountAdapter: {
        "account_inactive",  # There is a page.
        "cannot_remove_primary_email",
        "invalid_login",
        "invalid_or_expired_key",
        "invalid_password_reset",
        "max_email_addresses",
        "phone_password_mismatch",
        "phone_taken",
        "same_as_current",
        "select_only_one",
        "unknown_email",
        "unknown_phone",
        "unverified_primary_email",
        "username_blacklisted",
        "username_password_mismatch",
        "username_taken",
    },
    MFAAdapter: {"add_email_blocked", "cannot_delete_authenticator"},
    SocialAdapter: {
        "connected_other",  # There is a message.
        "disconnect_last",
        "invalid_token",
    },
}


def names(pattern):
    found = {
        path.relative_to(THEIRS).as_posix()
        for app in ("account", "mfa", "socialaccount")
        for path in (THEIRS / app).rglob(pattern)
    }
    return {name for name in found if not is_frame(name)}


def is_frame(name):
    *folders, last = name.split("/")
    return last.startswith("base_") or bool(FRAMES & {*folders, last})


@pytest.mark.parametrize("pattern", ["messages/*.txt", "*.html"])
def test_every_page_and_message_is_ours(pattern):
    found = names(pattern)
    assert len(found) > 15
    missing = {name for name in found if not (OURS / name).exists()}
    assert missing == NEVER_SHOWN.keys() & found


@pytest.mark.parametrize("adapter", NEVER_RAISED)
def test_every_error_is_ours(adapter):
    plain = {
        AccountAdapter: DefaultAccountAdapter,
        MFAAdapter: DefaultMFAAdapter,
        SocialAdapter: DefaultSocialAccountAdapter,
    }[adapter]
    errors = plain.error_messages
    same = {name for name in errors if adapter.error_messages[name] is errors[name]}
    assert same == NEVER_RAISED[adapter]


@pytest.mark.parametrize(
    "name", ["account_request_login_code", "account_change_phone", "account_signup_by_passkey"]
)
def test_pages_that_are_never_shown_have_no_address(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)
