"""A web server with production settings: demo features don't work, or every page warns."""

import http.cookiejar
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection

from accounts.models import User
from bookings.sale.orders import start_order_payment
from bookings.tests.factories import make_order, make_sale
from core.testing.processes import wait_until
from demo.accounts import PASSWORD
from devserver.run.claims import CHECKOUT
from devserver.run.supervisor import answers
from payments.charges import pay_url
from payments.providers.demo import bank, signing
from payments.tests.factories import paid_at_the_bank
from tools.faults.system import free_port

pytestmark = pytest.mark.django_db(transaction=True)

SECRET_KEY = "k7Fq2-Wm9xZr4Tn8Lc3Vb6Hy1Jd5Gs0Pa_eUoIiQwErTyUiOpA"
BANNER = '<p class="demo-banner"'
WARNING = "This site takes no real payments"


class Browser:
    """A visitor of a running server, with cookies."""

    def __init__(self, origin):
        self.origin = origin
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)

    def ask(self, path, data=None, **headers):
        """Return (status, text, URL) of a page; `data` are the fields of a form, or JSON."""
        if isinstance(data, dict):
            data = urllib.parse.urlencode(data).encode()
        request = urllib.request.Request(self.origin + path, data, headers)
        try:
            answer = self.opener.open(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.read().decode(), answer.url

    def log_in(self, email, password):
        """Try to log in; return whether the admin opens."""
        page = self.ask("/accounts/login/")[1]
        token = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        form = {"login": email, "password": password, "csrfmiddlewaretoken": token}
        self.ask("/accounts/login/", form, Referer=f"{self.origin}/accounts/login/")
        return self.ask("/admin/")[2] == f"{self.origin}/admin/"


@contextmanager
def production_site(log, **variables):
    """Start gunicorn in production mode on the test's database; yield a Browser."""
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    database = urlsplit(os.environ["DATABASE_URL"])._replace(
        path="/" + connection.settings_dict["NAME"]
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "concert.tests.production_settings",
        "SECRET_KEY": SECRET_KEY,
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": origin,
        "DATABASE_URL": database.geturl(),
        "REDIS_URL": settings.REDIS_URL,
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
        "ACCESS_LOG": "0",
        "PAYMENT_PROVIDER": "",
        **variables,
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn"],
            cwd=CHECKOUT,
            env=environment,
            stdout=output,
            stderr=output,
        )
        try:
            wait_until(lambda: process.poll() is not None or answers("127.0.0.1", port))
            assert process.poll() is None, log.read_text()
            yield Browser(origin)
        finally:
            process.terminate()
            process.wait(30)


def make_admin(email, password):
    """Create a superuser whose password hash production can check."""
    user = User.objects.create_superuser(email)
    user.password = PBKDF2PasswordHasher().encode(password, "salt")
    user.save()
    return user


@pytest.fixture
def order():
    """Create an order whose payment was started while the demo bank was enabled."""
    order = make_order()
    pay_url(start_order_payment(order=order, return_url="/"))
    return order


@pytest.fixture
def payment(order):
    return start_order_payment(order=order, return_url="/")


def test_nobody_gets_a_ticket_without_paying(order, payment, tmp_path):
    make_admin("admin@concert.example", PASSWORD)
    make_admin("robin@example.org", "correct horse battery")
    address = f"/api/v1/orders/{order.reference}/payment?key={order.key}"
    as_json = {"Content-Type": "application/json"}
    with production_site(tmp_path / "log") as guest:
        status, text, _address = guest.ask(address, b'{"demo": true}', **as_json)
        assert (status, json.loads(text)["type"]) == (422, "urn:concert:problem:demo-disabled")
        assert guest.ask(address, b"{}", **as_json)[0] == 409
        assert guest.ask(f"/pay/demo/{payment.key}/")[0] == 404
        assert guest.ask(f"/pay/demo/{payment.key}/", {"answer": "pay"})[0] == 404
        # Signed with the key of this site, about a charge that the bank has captured.
        body = bank.webhook_body(paid_at_the_bank(payment))
        signed = {signing.HEADER: signing.sign(body)} | as_json
        assert guest.ask("/pay/webhooks/demo/", body, **signed)[0] == 404
        page = guest.ask(f"/performances/{order.performance_id}/")[1]
        assert "Tickets are not sold online." in page and BANNER not in page

        assert not guest.log_in("admin@concert.example", PASSWORD)
        assert guest.log_in("robin@example.org", "correct horse battery")
        assert "Online payments are off" in guest.ask("/admin/")[1]
    order.refresh_from_db()
    assert (order.status, order.tickets.count()) == ("pending", 0)


def test_with_the_override_every_page_has_a_warning(payment, tmp_path):
    make_admin("robin@example.org", "correct horse battery")
    sale = make_sale()
    override = {"PAYMENT_PROVIDER": "demo", "ALLOW_DEMO_PAYMENTS_IN_PRODUCTION": "true"}
    pages = {
        "/": 200,
        "/shows/": 200,
        f"/performances/{sale.pk}/": 200,
        "/venues/": 200,
        "/basket/": 200,
        "/orders/": 200,
        "/accounts/login/": 200,
        "/accounts/signup/": 200,
        "/api/v1/docs": 200,
        "/nowhere/": 404,
        "/media/%00": 404,
        f"/pay/demo/{payment.key}/": 200,
    }
    with production_site(tmp_path / "log", **override) as guest:
        for path, status in pages.items():
            # The second response of a public page comes from its cache.
            for _time in range(2):
                found, text, _address = guest.ask(path)
                assert (path, found, text.count(BANNER)) == (path, status, 1)
                assert WARNING in text
        german = guest.ask("/shows/", **{"Accept-Language": "de"})[1]
        assert german.count(BANNER) == 1 and "kein Geld" in german
        assert guest.ask("/static/css/demo-banner.css")[0] == 200
        fragment = guest.ask("/shows/", **{"HX-Request": "true"})[1]
        assert BANNER not in fragment  # A fragment of a page that already has the banner.

        assert guest.log_in("robin@example.org", "correct horse battery")
        for path in (
            "/admin/",
            "/admin/bookings/order/",
            f"/admin/shows/show/{sale.show_id}/change/",
        ):
            status, text, _address = guest.ask(path)
            assert (path, status, text.count(BANNER)) == (path, 200, 1)
