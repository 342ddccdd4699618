"""The choice of the payment provider in the admin: who makes it, what is refused, what it does."""

from decimal import Decimal

import pytest
from django.test import Client

from accounts.roles import Role
from accounts.tests.factories import make_staff, make_user
from bookings.sale.payment_options import can_pay_online
from payments.charges import start_payment
from payments.choice import chosen_provider, forget_choice, save_choice
from payments.credentials import forget_credentials
from payments.exceptions import NoOnlinePayments
from payments.models import ProviderChoice
from payments.providers import is_enabled, takes_online_payments
from staff_activity.models import FieldChange

from .test_provider_keys import boss, browser_of, enter, sandbox  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/admin/payments/providerchoice/"
ADD = f"{LIST}add/"


@pytest.fixture(autouse=True)
def chosen_in_admin(request, settings):
    settings.PAYMENT_KEYS = {}
    if "sandbox" in request.fixturenames:
        request.getfixturevalue("sandbox")
    settings.PAYMENT_PROVIDER_IS_SET = False
    settings.PAYMENT_PROVIDER = "none"
    forget_choice()
    forget_credentials()
    yield
    forget_choice()
    forget_credentials()


def choose(browser, provider):
    url = browser.get(LIST)["Location"]
    return browser.post(url, {"provider": provider})


def errors_of(response):
    return " ".join(response.context["adminform"].errors["provider"])


def start(**more):
    return start_payment(
        purpose="order:1",
        amount=Decimal("10.00"),
        currency="EUR",
        description="-",
        return_url="https://tickets.example.org/",
        **more,
    )


def test_a_provider_is_chosen_after_its_keys_and_used(sandbox, boss):  # noqa: F811
    assert not takes_online_payments() and not can_pay_online(Decimal("10"))
    with pytest.raises(NoOnlinePayments):
        start()
    enter(boss, sandbox.stripe_key)
    assert choose(boss, "stripe").status_code == 302
    assert chosen_provider() == "stripe" and can_pay_online(Decimal("10"))
    assert start().provider == "stripe"
    assert choose(boss, "none").status_code == 302 and not takes_online_payments()
    assert ProviderChoice.objects.count() == 1
    changes = FieldChange.objects.filter(content_type__model="providerchoice")
    assert changes.exists()


def test_a_provider_without_keys_is_refused_by_its_name(boss):  # noqa: F811
    response = choose(boss, "mollie")
    assert response.status_code == 200 and "No keys have been entered for Mollie" in errors_of(
        response
    )
    assert not ProviderChoice.objects.exists() and chosen_provider() == "none"


def test_keys_that_no_longer_work_are_refused_by_the_providers_name(sandbox, boss, settings):  # noqa: F811
    settings.PAYMENT_KEYS["stripe"]["secret_key"] = "sk_test_gone12345678"
    error = errors_of(choose(boss, "stripe"))
    assert error.startswith("Stripe: ") and "refuses our key" in error
    assert not ProviderChoice.objects.exists()


def test_test_keys_are_refused_in_production(sandbox, boss, settings):  # noqa: F811
    enter(boss, sandbox.stripe_key)
    settings.LOCAL_MODE = False
    assert "test key" in errors_of(choose(boss, "stripe"))


def test_the_demo_bank_can_be_chosen_only_where_it_is_allowed(boss, settings):  # noqa: F811
    assert choose(boss, "demo").status_code == 302
    assert chosen_provider() == "demo" and is_enabled("demo")
    settings.LOCAL_MODE = False
    assert chosen_provider() == "none" and not is_enabled("demo")
    assert choose(boss, "demo").status_code == 200
    assert "Demo bank" not in boss.get(LIST, follow=True).content.decode()


def test_the_environment_takes_precedence(boss, settings):  # noqa: F811
    save_choice("none")
    settings.PAYMENT_PROVIDER_IS_SET, settings.PAYMENT_PROVIDER = True, "demo"
    assert chosen_provider() == "demo"
    page = boss.get(LIST)
    assert page.status_code == 200 and "says who takes payments: Demo" in page.content.decode()
    assert boss.get(ADD).status_code == 403
    pk = ProviderChoice.objects.get().pk
    boss.post(f"{LIST}{pk}/change/", {"provider": "demo"})
    assert ProviderChoice.objects.get().provider == "none"


@pytest.mark.parametrize("is_superuser, verified", [(True, False), (False, True)])
def test_nobody_else_may_choose(is_superuser, verified):
    user = make_user("dana@staff.example", is_staff=True, is_superuser=is_superuser)
    browser = browser_of(user, verified=verified)
    assert browser.get(LIST).status_code == 403
    assert browser.post(ADD, {"provider": "demo"}).status_code == 403
    assert not ProviderChoice.objects.exists()


def test_a_choice_is_read_once_in_ten_seconds(django_assert_num_queries):
    with django_assert_num_queries(1):
        for _time in range(5):
            takes_online_payments()


def test_the_assistant_leads_to_the_choice(boss):  # noqa: F811
    page = boss.get("/admin/setup/payment/").content.decode()
    assert f'href="{LIST}"' in page and "No payment provider is set up" in page
    manager = Client()
    manager.force_login(make_staff(Role.MANAGER))
    page = manager.get("/admin/setup/payment/").content.decode()
    assert f'href="{LIST}"' not in page and "Only superusers" in page
