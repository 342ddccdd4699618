"""What the dashboard lists as missing before tickets can be sold."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.roles import Role
from accounts.tests.factories import make_staff, make_user
from bookings.tests.factories import make_sale
from core.heartbeat import CLOCK, WORKER, record
from core.models import Heartbeat
from core.shared_cache import clear_shared_cache
from organisation.mail_server import save_mail_server
from organisation.models import MailServer
from organisation.tests.factories import make_seller, publish_texts, set_organisation

pytestmark = pytest.mark.django_db

NO_MAIL = "No mail server"
NO_PROVIDER = ">No payment provider<"
NO_WORKER = "The worker is not running"
NO_SELLER = "No seller for invoices"
NO_SALE = "No show is on sale"
NO_CONTACT = "no e-mail address of yours"


@pytest.fixture(autouse=True)
def nothing_set_up(settings):
    settings.PAYMENT_PROVIDER, settings.EMAIL_URL = "none", ""


@pytest.fixture
def superuser(client):
    client.force_login(make_user("boss@example.org", is_staff=True, is_superuser=True))
    return client


def dashboard(client):
    cache.clear()
    clear_shared_cache("dashboard")
    return client.get("/admin/").content.decode()


def test_it_lists_what_is_missing_with_links(superuser):
    page = dashboard(superuser)
    for text in (NO_MAIL, NO_PROVIDER, NO_WORKER, NO_SELLER, NO_SALE, NO_CONTACT):
        assert text in page
    for url in ("/admin/setup/mail/", "/admin/setup/payment/", "/admin/setup/organisation/"):
        assert f'href="{url}"' in page and superuser.get(url).status_code == 200
    assert superuser.get("/admin/organisation/seller/add/").status_code == 200
    assert superuser.get("/readyz").status_code == 200


def test_it_is_gone_when_all_is_done(superuser, settings):
    make_sale()
    make_seller()
    publish_texts()
    set_organisation(email="hello@example.org", sender_address="tickets@example.org")
    settings.EMAIL_URL, settings.PAYMENT_PROVIDER = "smtp://mail.example.org", "stripe"
    settings.PAYMENT_KEYS = {
        "stripe": {"secret_key": "sk_live_1", "webhook_secrets": [], "api_base": ""}
    }
    record(WORKER)
    record(CLOCK)
    assert "Before you sell" not in dashboard(superuser)
    Heartbeat.objects.filter(name=WORKER).update(at=timezone.now() - timedelta(hours=1))
    page = dashboard(superuser)
    assert "Before you sell" in page and NO_WORKER in page and NO_MAIL not in page


@pytest.mark.parametrize(
    ("role", "there", "not_there"),
    [
        (Role.MANAGER, [NO_MAIL, NO_PROVIDER, NO_SELLER, NO_SALE], [NO_WORKER]),
        (Role.BOX_OFFICE, [], ["Before you sell"]),
        (Role.DOOR, [], ["Before you sell"]),
        (Role.FINANCE, [], [NO_MAIL, NO_PROVIDER, NO_SALE, NO_WORKER]),
    ],
)
def test_only_roles_that_can_mend_it_see_it(client, role, there, not_there):
    client.force_login(make_staff(role))
    page = dashboard(client)
    assert [text for text in there if text not in page] == []
    assert [text for text in not_there if text in page] == []


def test_a_mail_server_of_the_admin_counts(superuser):
    save_mail_server(server=MailServer(host="mail.example.org"), password="")
    assert NO_MAIL not in dashboard(superuser)


def test_the_demo_bank_and_missing_keys_are_named(superuser, settings):
    settings.PAYMENT_PROVIDER = "demo"
    assert "Payments go to the demo bank" in dashboard(superuser)
    settings.PAYMENT_PROVIDER, settings.PAYMENT_KEYS = "stripe", {}
    assert "The payment provider has no keys" in dashboard(superuser)
