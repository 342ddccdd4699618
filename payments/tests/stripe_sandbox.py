"""Fixtures with which payments go through Stripe's SDK to the payments sandbox."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tools.payments_sandbox.sandbox import Sandbox


@pytest.fixture
def stripe_sandbox(settings, monkeypatch) -> Iterator["Sandbox"]:
    """Take payments by Stripe; return the sandbox that stands in for it.

    Its webhooks are kept until a test sends them (see `stripe_shop.deliver`).
    """
    # Imported late: other tests need not load it.
    from payments import credentials, provider_calls
    from tools.payments_sandbox.sandbox import Sandbox

    # On a busy machine the sandbox may be slow, which must not count as a slow provider.
    monkeypatch.setattr(provider_calls, "PATIENCE", 60.0)
    provider_calls.reset_slowness()
    with Sandbox() as sandbox:
        sandbox.keep_webhooks()
        settings.PAYMENT_PROVIDER = "stripe"
        settings.PAYMENT_KEYS = {
            "stripe": {
                "secret_key": sandbox.stripe_key,
                "webhook_secrets": [sandbox.stripe_webhook_secret],
                "api_base": sandbox.url,
            }
        }
        credentials.clear_cached_credentials()
        yield sandbox
    credentials.clear_cached_credentials()


@pytest.fixture
def allow_pay_pages(settings):
    """Return a function that allows pay pages of an origin as the target of forms."""
    from core import content_security

    def allow_origin(origin):
        directives = {**settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]}
        directives["form-action"] = [*directives["form-action"], origin]
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": directives}
        content_security._policy.cache_clear()

    yield allow_origin
    content_security._policy.cache_clear()
