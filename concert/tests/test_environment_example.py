"""`.env.example` and the code name the same variables."""

import re

import pytest
from django.conf import settings

from devserver.run.claims import CHECKOUT

SOURCES = [*CHECKOUT.glob("*/*.py"), *CHECKOUT.glob("*/*/*.py"), CHECKOUT / "gunicorn.conf.py"]
READS = re.compile(
    r"""(?:environment\.(?:text|secrets|secret|choice|boolean|integer|listing|networks|minutes|days|seed|time_zone|url|file)\(\s*|environ(?:ment)?\.get\()"""
    r"""["']([A-Z][A-Z_]+)["']"""
)
# Read, but not explained: variables of the terminal, the test runner, WSGI and gunicorn.
FOREIGN = {
    "HTTP_X_FORWARDED_PROTO",
    "GUNICORN_PID",
    "MAKELEVEL",
    "CONCERT_STARTED",
    "RAW_URI",
    "NO_COLOR",
    "TERM",
    "PATH",
    "CI",
    "PYTEST_XDIST_WORKER",
    # Variables of the fault tests.
    "FAULTS_FOLDER",
    "FAULTS_CLOCK_SHIFT",
    # Variables of the trial of containers.
    "DOCKER_SHIM",
    "CONCERT_WEB",
    "PROBE_MAIL",
    "PROBE_STATE",
}


def _read_by_the_code():
    own = [path for path in SOURCES if "tests" not in path.parts and ".venv" not in path.parts]
    texts = [path.read_text() for path in own]
    names = {name for text in texts for name in READS.findall(text)}
    # Variables that are read together: all of them or none.
    for group in re.findall(r"_all_or_none\(\[([^\]]*)\]", "".join(texts)):
        names |= set(re.findall(r'"([A-Z_]+)"', group))
    return (names | {"TEST_DATABASE_URL", "TEST_REDIS_URL"}) - FOREIGN


def _of_payment_providers():
    """Return the variables of the providers' keys, whose names are made of the provider's."""
    return {
        f"{provider.upper()}_{part}"
        for provider in settings.REAL_PAYMENT_PROVIDERS
        for part in ("SECRET_KEY", "WEBHOOK_SECRETS", "API_BASE")
    } | {"MOLLIE_ACCESS_TOKEN"}


def _explained():
    return set(re.findall(r"^#([A-Z_]+)=", (CHECKOUT / ".env.example").read_text(), re.M))


def test_it_explains_every_variable_that_is_read():
    assert _read_by_the_code() - _explained() == set()


def test_it_contains_no_unused_variable():
    assert _explained() - _read_by_the_code() - _of_payment_providers() == set()


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL"])
def test_it_contains_the_most_important_variables(name):
    assert name in _read_by_the_code()
