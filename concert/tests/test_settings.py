"""Settings from the environment: valid and invalid values."""

import os
import runpy
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from core.checks import check_payments
from core.environment import MOVED_TO_ADMIN
from devserver.run.claims import CHECKOUT

STRONG = "k7Fq2-Wm9xZr4Tn8Lc3Vb6Hy1Jd5Gs0Pa_eUoIiQwErTyUiOpA"
PRODUCTION = {
    "SECRET_KEY": STRONG,
    "ALLOWED_HOSTS": "tickets.example.org",
    "DATABASE_URL": "postgres://concert@db.example.org/concert",
    "REDIS_URL": "redis://redis.example.org/0",
    "EMAIL_URL": "smtp+tls://user:pass%40word@mail.example.org",
    "PAYMENT_PROVIDER": "none",
}
BANNER = "core.demo_banner.demo_banner"
# The environment of the test run must not matter.
EXPLAINED = (CHECKOUT / ".env.example").read_text()
NAMES = [line[1:].partition("=")[0] for line in EXPLAINED.splitlines() if line[:1] == "#"]


@pytest.fixture
def settings_with(monkeypatch):
    def load(**variables):
        for name in NAMES:
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(CHECKOUT / "concert" / "settings.py"))

    return load


def test_it_needs_no_variable_to_be_tried(settings_with):
    found = settings_with()
    assert found["LOCAL_MODE"]
    assert not found["DEBUG"]
    assert found["SITE_URL"] == "http://127.0.0.1:8000"
    assert found["DATABASES"]["default"]["ENGINE"] == "core.database"
    assert found["EMAIL_DELIVERY_BACKEND"].endswith("dummy.EmailBackend")


def test_the_site_url_follows_the_port(settings_with):
    assert settings_with(PORT="8155")["SITE_URL"] == "http://127.0.0.1:8155"


def test_it_is_strict_in_production(settings_with):
    found = settings_with(**PRODUCTION)
    assert not found["LOCAL_MODE"]
    assert found["SITE_URL"] == "https://tickets.example.org"
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://tickets.example.org"]
    assert found["SESSION_COOKIE_SECURE"]
    assert found["SECURE_SSL_REDIRECT"]
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert found["EMAIL_HOST_PASSWORD"] == "pass@word"
    assert found["EMAIL_PORT"] == 587
    assert found["EMAIL_USE_TLS"]


def test_former_keys_are_a_list_of_strong_keys(settings_with):
    assert settings_with(**PRODUCTION)["SECRET_KEY_FALLBACKS"] == []
    former = f"{STRONG}A, {STRONG}B"
    found = settings_with(**PRODUCTION, SECRET_KEY_FALLBACKS=former)
    assert found["SECRET_KEY_FALLBACKS"] == [STRONG + "A", STRONG + "B"]
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY_FALLBACKS is too weak"):
        settings_with(**PRODUCTION, SECRET_KEY_FALLBACKS=f"{STRONG},short")


def test_hsts_includes_subdomains_only_on_request(settings_with):
    found = settings_with(**PRODUCTION)
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert not found["SECURE_HSTS_INCLUDE_SUBDOMAINS"] and not found["SECURE_HSTS_PRELOAD"]
    both = {"SECURE_HSTS_INCLUDE_SUBDOMAINS": "true", "SECURE_HSTS_PRELOAD": "true"}
    found = settings_with(**PRODUCTION, **both)
    assert found["SECURE_HSTS_INCLUDE_SUBDOMAINS"] and found["SECURE_HSTS_PRELOAD"]
    with pytest.raises(ImproperlyConfigured, match="SECURE_HSTS_PRELOAD needs"):
        settings_with(**PRODUCTION, SECURE_HSTS_PRELOAD="true")


def test_the_embedded_servers_can_be_used_on_one_machine(settings_with):
    found = settings_with(SECRET_KEY=STRONG, ALLOWED_HOSTS="tickets.example.org")
    assert found["REDIS_URL"] == found["EMBEDDED_REDIS_URL"]
    assert found["DATABASES"]["default"]["HOST"].startswith("/")


def test_proxy_headers_are_trusted_only_when_configured(settings_with):
    assert "SECURE_PROXY_SSL_HEADER" not in settings_with(**PRODUCTION)
    found = settings_with(**PRODUCTION, BEHIND_PROXY="yes")
    assert found["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert found["ALLAUTH_TRUSTED_PROXY_COUNT"] == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 80),
        ("SECRET_KEY", "django-insecure-" + STRONG),
        ("ALLOWED_HOSTS", ""),
        ("ALLOWED_HOSTS", " , "),
        ("SITE_URL", "tickets.example.org"),
        ("DATABASE_URL", "sqlite:///concert.db"),
        ("DATABASE_URL", "mysql://db.example.org/concert"),
        ("REDIS_URL", "memcached://cache.example.org"),
        ("EMAIL_URL", "mail.example.org"),
        ("EMAIL_URL", "imap://mail.example.org"),
        ("EMAIL_URL", "smtp://mail.example.org:99999"),
        ("EMAIL_URL", "smtp://:25"),
        ("TICKET_SIGNING_KEY", "c2hvcnQ"),
        ("TICKET_SIGNING_KEY", "not base64url!"),
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("DEBUG", "maybe"),
        ("BEHIND_PROXY", "nginx"),
        ("SECURE_SSL_REDIRECT", "2"),
        ("LIFT_ADDRESS_LIMITS", "sometimes"),
        ("LOG_LEVEL", "LOUD"),
        ("PAYMENT_PROVIDER", "paypal"),
        ("PAYMENT_PROVIDER", "demo"),
        ("PAYMENT_PROVIDER", "Demo"),
        ("ALLOW_DEMO_PAYMENTS_IN_PRODUCTION", "perhaps"),
    ],
)
def test_it_names_the_variable_with_an_invalid_value(settings_with, name, value):
    with pytest.raises(ImproperlyConfigured, match=rf"^{name} "):
        settings_with(**{**PRODUCTION, name: value})


@pytest.mark.parametrize("name", MOVED_TO_ADMIN)
def test_it_says_where_a_variable_that_moved_is_set_now(settings_with, name):
    with pytest.raises(ImproperlyConfigured, match=rf"^{name} .*Settings, Organisation"):
        settings_with(**{name: "8"})


def test_payments_are_a_demo_in_local_mode_only(settings_with):
    local = settings_with()
    assert local["PAYMENT_PROVIDER"] == "demo"
    assert "demo" in local["INSTALLED_APPS"]
    assert "send-demo-webhooks" in local["CELERY_BEAT_SCHEDULE"]
    production = settings_with(**{**PRODUCTION, "PAYMENT_PROVIDER": ""})
    assert production["PAYMENT_PROVIDER"] == "none"
    assert "demo" not in production["INSTALLED_APPS"]
    assert "send-demo-webhooks" not in production["CELERY_BEAT_SCHEDULE"]


def test_the_override_alone_does_not_select_the_demo(settings_with):
    found = settings_with(
        **{**PRODUCTION, "PAYMENT_PROVIDER": "", "ALLOW_DEMO_PAYMENTS_IN_PRODUCTION": "true"}
    )
    assert found["PAYMENT_PROVIDER"] == "none"


def test_the_banner_is_shown_wherever_the_demo_could_be_chosen_in_production(settings_with):
    override = {"ALLOW_DEMO_PAYMENTS_IN_PRODUCTION": "true"}
    chosen_in_admin = settings_with(**{**PRODUCTION, **override, "PAYMENT_PROVIDER": ""})
    assert BANNER in chosen_in_admin["MIDDLEWARE"]
    assert BANNER not in settings_with(**{**PRODUCTION, **override})["MIDDLEWARE"]


def test_browsers_may_follow_to_every_provider_that_can_be_chosen(settings_with):
    def origins(**more):
        found = settings_with(**{**PRODUCTION, **more})
        return " ".join(found["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["form-action"])

    assert "stripe" in origins(PAYMENT_PROVIDER="") and "mollie" in origins(PAYMENT_PROVIDER="")
    assert "stripe" not in origins(PAYMENT_PROVIDER="mollie")
    assert "stripe" not in origins(PAYMENT_PROVIDER="none")


def test_demo_payments_in_production_show_a_banner(settings_with):
    demo = {"PAYMENT_PROVIDER": "demo", "ALLOW_DEMO_PAYMENTS_IN_PRODUCTION": "true"}
    assert BANNER in settings_with(**{**PRODUCTION, **demo})["MIDDLEWARE"]
    assert BANNER not in settings_with(**demo)["MIDDLEWARE"]  # Local mode.


def test_an_error_does_not_repeat_a_secret(settings_with):
    with pytest.raises(ImproperlyConfigured) as refusal:
        settings_with(**{**PRODUCTION, "SECRET_KEY": "hunter2"})
    assert "hunter2" not in str(refusal.value)


def test_several_host_names_need_a_site_url(settings_with):
    with pytest.raises(ImproperlyConfigured, match=r"^SITE_URL "):
        settings_with(**{**PRODUCTION, "ALLOWED_HOSTS": ".example.org"})


def check_deploy(**variables):
    return manage("check", "--deploy", "--fail-level", "WARNING", **variables)


def manage(*arguments, **variables):
    # The second is set by browser tests for this process.
    left_out = {*NAMES, "DJANGO_ALLOW_ASYNC_UNSAFE"}
    clean = {name: value for name, value in os.environ.items() if name not in left_out}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=CHECKOUT,
        env={**clean, "DJANGO_SETTINGS_MODULE": "concert.settings", **variables},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_commands_report_a_wrong_variable_in_one_line():
    found = manage("check", SECRET_KEY="short")
    assert found.returncode == 1
    assert found.stderr.startswith("SECRET_KEY is too weak") and found.stderr.count("\n") == 1


def test_the_production_settings_have_no_warnings():
    found = check_deploy(**PRODUCTION)
    assert found.returncode == 0, found.stderr
    assert "no issues" in found.stdout


def test_it_reports_wildcard_hosts_demo_payments_and_a_missing_mail_server():
    found = check_deploy(
        SECRET_KEY=STRONG,
        ALLOWED_HOSTS="*",
        SITE_URL="https://tickets.example.org",
        PAYMENT_PROVIDER="demo",
        ALLOW_DEMO_PAYMENTS_IN_PRODUCTION="true",
    )
    assert found.returncode == 1
    errors, _, warnings = found.stderr.partition("WARNINGS:")
    assert "ERRORS:" in errors and "concert.E001" in errors
    assert "concert.W003" in warnings and "concert.I002" in warnings


def test_it_says_where_the_payment_provider_is_chosen(settings_with):
    found = settings_with(**{**PRODUCTION, "PAYMENT_PROVIDER": ""})
    with override_settings(PAYMENT_PROVIDER=found["PAYMENT_PROVIDER"]):
        assert [issue.id for issue in check_payments(None)] == ["concert.I004"]


def test_it_does_not_start_with_demo_payments():
    found = check_deploy(**{**PRODUCTION, "PAYMENT_PROVIDER": "demo"})
    assert found.returncode != 0
    assert found.stderr.startswith("PAYMENT_PROVIDER must not be demo")


def test_demo_data_and_demo_accounts_are_for_local_mode():
    found = manage("demo", "--logins", **PRODUCTION)
    assert found.returncode != 0
    assert "Unknown command: 'demo'" in found.stderr


def test_it_stops_with_the_name_of_the_missing_variable():
    found = check_deploy(SECRET_KEY=STRONG)
    assert found.returncode != 0
    assert found.stderr.strip().splitlines()[-1].endswith("ALLOWED_HOSTS must be set.")


@pytest.mark.parametrize(("level", "said"), [("INFO", "WARNING"), ("ERROR", "")])
def test_the_log_level_applies_to_django(level, said):
    # What `django.setup()` begins with.
    words = (
        "import logging; from django.conf import settings; from django.utils import log;"
        "log.configure_logging(settings.LOGGING_CONFIG, settings.LOGGING);"
        "logging.getLogger('django.request').warning(1)"
    )
    environment = os.environ | {"LOG_LEVEL": level, "DJANGO_SETTINGS_MODULE": "concert.settings"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", words],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.partition(" ")[0] == said
