"""Open a box office: from an empty database to three dates on sale, through the admin alone."""

import re
from datetime import timedelta

from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from playwright.sync_api import expect

from accounts.models import User
from accounts.tests.factories import PASSWORD
from backoffice.tests import assistant
from bookings.tests.plan_editor import EditorPage
from emails.rendering import render_due_emails
from emails.sending import send_queued_emails
from emails.tests.smtp import Mailbox, free_port, smtp_server
from organisation.models import Organisation
from payments.choice import chosen_provider
from shows.models import Performance, Show
from venues.models import Venue

from .people import ADDRESSES, button, choose_action, expect_text, performance_path


def set_up_by_the_assistant(week):
    """The first superuser comes by the one-time link, and is led to the payments."""
    assert not User.objects.exists() and not Venue.objects.exists()
    page = week.new_page("superuser")
    clicks = assistant.Clicks(page)
    assistant.create_account(page, clicks)
    for fill in assistant.STEPS:
        OTHERWISE.get(fill, fill)(page, clicks)
    assert clicks.count == 9
    assert Organisation.objects.get().name == "Old Mill"


def _draw_plan(page, clicks):
    """Draw rows and a standing area in the plan editor, instead of a form."""
    clicks.link("Draw seating plan")
    page.get_by_label("Name").fill("Main hall")
    clicks.button("Start draft")
    page.wait_for_selector("[data-plan-editor][data-ready]")
    editor = EditorPage(page)
    editor.add_section(kind="rows", name="Stalls", rows=6, seats=20, spaces=1)
    editor.add_section(kind="standing", name="Gallery", capacity=30)
    expect(editor.status).to_have_text("Selected: Gallery")
    editor.save()
    page.get_by_role("link", name="Publish", exact=True).click()
    clicks.button("Publish version 1")
    clicks.link("Continue: Show")
    assistant.expect_step(page, "Show")


def _price_both_categories(page, clicks):
    page.get_by_label("Price: Gallery (EUR)").fill("45")
    assistant.fill_performance(page, clicks)


OTHERWISE = {
    assistant.fill_plan: _draw_plan,
    assistant.fill_performance: _price_both_categories,
}


def take_payments_by_stripe(week):
    """Keys need a superuser whose session was verified in two steps."""
    page = week.open("superuser", "/admin/setup/payment/")
    expect_text(page, "No payment provider is set up")
    page.get_by_role("main").get_by_role("link", name="Two-step verification").click()
    page.get_by_role("link", name="Turn on").click()
    page.get_by_label("Password").fill(PASSWORD)
    button(page, "Continue").click()
    secret = page.get_by_label("Secret key").input_value()
    page.get_by_label("Code from the app").fill(code_for(secret))
    button(page, "Turn on").click()
    page.wait_for_url("**/recovery-codes/")
    page.goto("/admin/payments/providerkeys/add/")
    page.locator("[name=provider]").select_option("stripe")
    page.locator("[name=secret]").fill(week.sandbox.stripe_key)
    page.locator("[name=signing_secrets]").fill(week.sandbox.stripe_webhook_secret)
    page.locator("[name=_save]").click()
    page.goto("/admin/payments/providerchoice/")
    page.get_by_label("Stripe").check()
    page.locator("[name=_save]").click()
    expect_text(page, "Saved. New payments use this provider")
    assert chosen_provider() == "stripe"


def send_a_test_email(week):
    """The superuser enters the mail server, and tries it from the assistant."""
    mailbox, port = Mailbox(), free_port()
    with smtp_server(mailbox, port):
        page = week.open("superuser", "/admin/organisation/mailserver/add/")
        page.locator("[name=host]").fill("127.0.0.1")
        page.locator("[name=port]").fill(str(port))
        page.locator("[name=security]").select_option("none")
        page.locator("[name=_save]").click()
        page = week.open("superuser", "/admin/setup/mail/")
        button(page, "Send test e-mail").click()
        expect_text(page, "is waiting to be sent")
        render_due_emails()
        send_queued_emails()
        page.reload()
        expect_text(page, "Check that it arrived")
    assert mailbox.recipients == [ADDRESSES["superuser"]]


def code_for(secret):
    """Return what an authenticator app shows."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def put_the_first_night_on_sale(week):
    """The assistant goes on where it was left."""
    page = week.open("superuser", "/admin/setup/payment/")
    clicks = assistant.Clicks(page)
    clicks.link("Continue: E-mail")
    assistant.put_on_sale(page, clicks)
    assert clicks.count == 2
    performance = Performance.objects.get()
    assert performance.show.is_published and performance.places_total == 150
    assert f"{performance.starts_at.astimezone(performance.venue.zone):%H:%M}" == "20:00"


def give_staff_their_roles(week):
    """A superuser makes the manager's account, the manager those of the others."""
    _add_account(week, "superuser", "manager", "Manager")
    _add_account(week, "manager", "box office", "Box office")
    _add_account(week, "manager", "door", "Door")
    _add_account(week, "manager", "finance", "Finance")
    groups = dict(User.objects.filter(groups__isnull=False).values_list("email", "groups__name"))
    assert groups == {
        ADDRESSES["manager"]: "Manager",
        ADDRESSES["box office"]: "Box office",
        ADDRESSES["door"]: "Door",
        ADDRESSES["finance"]: "Finance",
    }


def _add_account(week, by, role, group):
    page = week.open(by, "/admin/accounts/user/add/")
    email = ADDRESSES[role]
    page.locator("[name=email]").fill(email)
    page.locator("[name=name]").fill(email.split("@")[0].capitalize())
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("[name=password2]").fill(PASSWORD)
    page.locator("[name=is_staff]").check()
    page.get_by_role("checkbox", name=group, exact=True).check()
    page.locator("[name=_save]").click()
    expect(page.get_by_text("was added successfully")).to_be_visible()


def name_seller_and_promoter(week):
    """Invoices name the seller, with the bank account; settlements name the promoter."""
    page = week.open("manager", "/admin/organisation/seller/add/")
    _select(page, "country", "Germany")
    _save(
        page,
        name="Old Mill Ltd",
        address="Mill Lane 1",
        postcode="04103",
        city="Leipzig",
        tax_number="201/123/45678",
        document_prefix="OM",
        iban="DE02120300000000202051",
    )
    page.goto("/admin/organisation/promoter/add/")
    _save(page, name="Nightingale Concerts", address="1 Mill Lane")
    page.goto("/admin/shows/show/")
    page.locator("#result_list tbody th a, #result_list tbody a").first.click()
    _select(page, "seller", "Old Mill Ltd")
    _select(page, "promoter", "Nightingale Concerts")
    page.locator("[name=_save]").click()
    expect_text(page, "was changed successfully")
    show = Show.objects.get()
    assert (show.seller.name, show.promoter.name) == ("Old Mill Ltd", "Nightingale Concerts")


def _save(page, **values):
    for field, value in values.items():
        page.locator(f"[name={field}]").fill(value)
    page.locator("[name=_save]").click()
    expect_text(page, "was added successfully")


def _select(page, field, text):
    """Choose from a list, also one that is searched while typing."""
    page.locator(f"[name={field}]").select_option(label=text)


def put_two_more_dates_on_sale(week):
    first = week.first_night
    page = week.open("manager", performance_path(first))
    choose_action(page, "Repeat")
    days = [first.starts_at + timedelta(days=more) for more in (1, 2)]
    page.locator("[name=dates]").fill("\n".join(f"{day:%Y-%m-%d}" for day in days))
    button(page, "Preview").click()
    button(page, "Create 2 drafts").click()
    page.goto("/admin/shows/performance/")
    # The next one is first, and on sale already.
    page.locator("input.action-select").nth(1).check()
    page.locator("input.action-select").nth(2).check()
    page.locator("select[name=action]").select_option(label="Put on sale")
    page.get_by_role("button", name=re.compile("Run")).click()
    button(page, "Put on sale").click()
    expect(page.get_by_text("150 seats created")).to_have_count(2)


def ask_for_access_requirements(week):
    page = week.open("manager", "/admin/shows/question/add/")
    page.locator("[name=kind]").select_option(label="Access requirements")
    page.locator("[name=_save]").click()
    expect_text(page, "was added successfully")


OPENING = [
    set_up_by_the_assistant,
    take_payments_by_stripe,
    send_a_test_email,
    put_the_first_night_on_sale,
    give_staff_their_roles,
    name_seller_and_promoter,
    put_two_more_dates_on_sale,
    ask_for_access_requirements,
]
