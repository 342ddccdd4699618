"""The pages on which managers edit the texts of e-mails."""

import pytest
from auditlog.models import LogEntry
from django.contrib.admin.models import LogEntry as AdminLogEntry
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from accounts.tests.factories import make_staff, make_user
from emails.models import EmailTemplate, OutboxEmail
from emails.rendering import render_due_emails
from emails.template_editing import editable_kinds

from .factories import make_paid_order

pytestmark = pytest.mark.django_db(transaction=True)

KINDS = [kind.name for kind in editable_kinds()]


def url(kind="order_confirmation", language="en", page="wording"):
    return reverse(f"admin:emails_outboxemail_{page}", args=[kind, language])


@pytest.fixture
def manager():
    browser = Client()
    browser.force_login(make_staff(Role.MANAGER))
    return browser


def post(browser, button="save", kind="order_confirmation", language="en", **data):
    return browser.post(url(kind, language), {button: "", "subject": "", **data})


@pytest.mark.parametrize("kind", KINDS)
def test_the_standard_text_is_shown_for_editing_with_its_placeholders(manager, kind):
    page = manager.get(url(kind))
    assert page.status_code == 200
    text = page.content.decode()
    assert "{standard_subject}" in text and "{site_link}" in text
    assert page.context["form"]["subject"].value()


def test_a_text_is_saved_used_recorded_and_reset(manager):
    make_paid_order()
    assert post(manager, subject="Hello {name}", introduction="Welcome!").status_code == 302
    template = EmailTemplate.objects.get()
    assert (template.subject, template.introduction) == ("Hello {name}", "Welcome!")
    page = manager.get(reverse("admin:emails_outboxemail_every_kind")).content.decode()
    assert page.count("(edited)") == 1
    render_due_emails()
    email = OutboxEmail.objects.get(kind="order_confirmation")
    assert email.subject == "Hello Alice Archer" and "Welcome!" in email.text
    changes = LogEntry.objects.filter(content_type__model="emailtemplate")
    assert changes.get().changes["subject"][1] == "Hello {name}"
    assert AdminLogEntry.objects.filter(object_id=str(template.pk)).count() == 1
    assert manager.post(url(page="reset"), {"confirmed": "yes"}).status_code == 302
    assert not EmailTemplate.objects.exists()
    assert changes.filter(action=LogEntry.Action.DELETE).exists()
    assert manager.get(url()).context["form"]["introduction"].value().startswith("Thank you")


def test_an_unknown_placeholder_is_refused_beside_its_field_and_nothing_is_lost(manager):
    response = post(manager, subject="Hi {surname}", introduction="My words")
    assert response.status_code == 422 and not EmailTemplate.objects.exists()
    form = response.context["form"]
    assert form.errors == {"subject": ["There is no placeholder {surname} here."]}
    assert "My words" in response.content.decode()


def test_a_preview_shows_a_real_order_as_html_and_text_and_saves_nothing(manager):
    order = make_paid_order()
    response = post(
        manager, "preview", subject="For {order}", introduction="**Dear** {name}: {order_link}"
    )
    view = response.context["email_view"]
    assert view.subject == f"For {order.reference}"
    assert "<strong>Dear</strong> Alice Archer" in view.html and "Dear Alice Archer" in view.text
    page = response.content.decode()
    assert order.key not in page and "[hidden:order_key]" in page
    assert f"With the data of order {order.reference}." in page
    assert not EmailTemplate.objects.exists()
    assert OutboxEmail.objects.count() == 1
    response = post(manager, "preview", subject="For {order}", order="NONE")
    assert response.context["form"].errors == {
        "order": ["There is no e-mail of this kind to preview with this."]
    }


def test_a_whole_text_is_saved_as_a_browser_sends_it(manager):
    blocks = "\r\n\r\n".join(["{order_summary}", "{cancellation}", "{button}"])
    response = post(manager, introduction="", body=f"Dear {{name}},\r\n\r\n{blocks}\r\nBye")
    assert response.status_code == 302
    make_paid_order()
    render_due_emails()
    email = OutboxEmail.objects.get(kind="order_confirmation")
    assert "Dear Alice Archer,\n\n- Stalls" in email.text and email.text.count("Bye") == 1
    page = manager.get(url()).content.decode()
    assert "Dear {name}," in page
    response = post(manager, body="Dear {name}")
    [missing] = response.context["form"].errors.as_data()["body"][:1]
    assert response.status_code == 422 and "is missing" in str(missing)


def test_an_account_email_is_previewed_with_a_customer(manager):
    kind = "account_password_reset_code"
    make_user(email="ann@example.org", name="Ann Other")
    response = post(manager, "preview", kind=kind, subject="For {name}", customer="ann@example.org")
    assert response.context["email_view"].subject == "For Ann Other"
    assert "ABCD-EFGH" not in response.content.decode()
    response = post(manager, "preview", kind=kind, customer="nobody@example.org")
    assert list(response.context["form"].errors) == ["customer"]


def test_a_preview_without_any_email_uses_the_sample(manager):
    response = post(manager, "preview", kind="tickets_moved", subject="New for {show}")
    assert response.context["email_view"].subject == "New for Nachtmusik"
    assert "made-up data" in response.content.decode()


def test_a_test_email_goes_to_oneself_without_tickets_and_links(manager):
    order = make_paid_order()
    post(manager, "test", subject="For {order}", introduction="Look: {order_link}")
    email = OutboxEmail.objects.exclude(kind="order_confirmation").get()
    assert email.to == User.objects.get(is_staff=True).email
    assert email.subject == f"Test: For {order.reference}"
    assert order.key not in email.text + email.html and not email.sealed_secrets
    assert email.attachments.count() == 0 and email.state == "rendered"


@pytest.mark.parametrize("role", [Role.BOX_OFFICE, Role.FINANCE, Role.DOOR])
def test_only_managers_edit(role):
    browser = Client()
    browser.force_login(make_staff(role))
    assert browser.get(url()).status_code == 403
    assert post(browser, subject="x").status_code == 403
    assert not EmailTemplate.objects.exists()


def test_unknown_kinds_and_languages_are_not_found(manager):
    assert manager.get(url("nonsense")).status_code == 404
    assert manager.get(url(language="xx")).status_code == 404


def test_staff_are_told_of_a_text_that_cannot_be_used(manager):
    make_paid_order()
    EmailTemplate.objects.create(kind="order_confirmation", language="en", subject="{gone}")
    render_due_emails()
    assert "1 e-mail template cannot be used" in manager.get("/admin/").content.decode()
    page = manager.get(reverse("admin:emails_outboxemail_every_kind")).content.decode()
    assert "cannot be used: the standard text is sent" in page
    assert "could not be used" in manager.get(url()).content.decode()
    post(manager, subject="Good", introduction="")
    assert (
        "cannot be used"
        not in manager.get(reverse("admin:emails_outboxemail_every_kind")).content.decode()
    )
