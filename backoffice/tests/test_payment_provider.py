"""The choice of the payment provider in the admin: who makes it, what is refused, what it does."""

from decimal import Decimal

import pytest
from django.test import Client

from accounts.roles import Role
from accounts.tests.factories import make_staff, make_user
from bookings.sale.payment_options import can_pay_online
from payments.charges import pay_url, start_payment
from payments.choice import chosen_provider, clear_cached_choice, save_choice
from payments.credentials import clear_cached_credentials
from payments.exceptions import NoOnlinePayments
from payments.models import ProviderChoice
from payments.providers import PageOptions, is_enabled, takes_online_payments
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
    settings.PAYMENT_METHODS = []
    clear_cached_choice()
    clear_cached_credentials()
    yield
    clear_cached_choice()
    clear_cached_credentials()


def choose(browser, provider, **methods):
    url = browser.get(LIST)["Location"]
    chosen = {"methods_stripe": ["card"], "methods_mollie": ["creditcard"], **methods}
    return browser.post(url, {"provider": provider, **chosen})


def errors_of(response, field="provider"):
    return " ".join(response.context["adminform"].errors[field])


def start(purpose="order:1", currency="EUR"):
    return start_payment(
        purpose=purpose,
        amount=Decimal("10.00"),
        currency=currency,
        description="-",
        return_url="https://tickets.example.org/",
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
    page = boss.get(LIST, follow=True)
    assert "Demo. Set by PAYMENT_PROVIDER in the environment." in page.content.decode()
    assert "provider" not in page.context["adminform"].form.fields
    assert choose(boss, "stripe", methods_mollie=["ideal"]).status_code == 302
    choice = ProviderChoice.objects.get()
    assert (choice.provider, choice.methods["mollie"]) == ("none", ["ideal"])

    settings.PAYMENT_METHODS = ["giropay"]
    page = boss.get(LIST)
    assert "methods are set in the environment: Demo, giropay" in page.content.decode()
    assert boss.get(ADD).status_code == 403
    choose_again = boss.post(f"{LIST}{choice.pk}/change/", {"methods_mollie": ["eps"]})
    assert choose_again.status_code == 403
    assert ProviderChoice.objects.get().methods["mollie"] == ["ideal"]


def test_customers_are_offered_the_chosen_methods(sandbox, boss):  # noqa: F811
    enter(boss, sandbox.stripe_key)
    page = boss.get(ADD).content.decode()
    assert "iDEAL (EUR)" in page and "SEPA direct debit (EUR, paid days later)" in page
    choose(boss, "stripe", methods_stripe=["card", "ideal", "sepa_debit"])
    (tried,) = sandbox.stripe.checkouts.values()
    assert tried.status == "expired"
    assert methods_of_page(sandbox) == ["card", "ideal"]
    assert methods_of_page(sandbox, allows_delayed=True) == ["card", "ideal", "sepa_debit"]
    assert methods_of_page(sandbox, currency="CHF") == ["card"]
    assert "methods" in str(list(FieldChange.objects.values_list("changes", flat=True)))
    page = boss.get("/admin/setup/payment/").content.decode()
    assert "Payment methods: Cards, Apple Pay and Google Pay, iDEAL, SEPA direct debit." in page


def methods_of_page(sandbox, *, currency="EUR", **options):  # noqa: F811
    payment = start(purpose=f"order:{currency}{options}", currency=currency)
    pay_url(payment, PageOptions(**options))
    return sandbox.stripe.by_reference[payment.key].methods


def test_methods_that_cannot_be_offered_are_refused_beside_them(sandbox, boss):  # noqa: F811
    enter(boss, sandbox.stripe_key)
    for methods, problem in [
        ([], "at least one payment method"),
        (["sepa_debit"], "paid at once"),
        (["twint"], "takes EUR"),
        (["pigeon"], "pigeon is not one of the available choices"),
        (["card", "klarna"], "Invalid payment_method_types[1]"),
        (["card", "twint"], "Invalid payment_method_types[0]"),
    ]:
        response = choose(boss, "stripe", methods_stripe=methods)
        assert problem in errors_of(response, "methods_stripe"), methods
    assert not ProviderChoice.objects.exists() and chosen_provider() == "none"


def test_methods_in_the_environment_are_only_shown(sandbox, boss, settings):  # noqa: F811
    enter(boss, sandbox.stripe_key)
    settings.PAYMENT_METHODS = ["card", "eps"]
    page = boss.get(ADD)
    assert "card, eps. Set by PAYMENT_METHODS in the environment." in page.content.decode()
    assert list(page.context["adminform"].form.fields) == ["provider"]
    assert choose(boss, "stripe", methods_stripe=["ideal"]).status_code == 302
    assert methods_of_page(sandbox) == ["card", "eps"]
    page = boss.get("/admin/setup/payment/").content.decode()
    assert "Set by PAYMENT_METHODS in the environment." in page


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
