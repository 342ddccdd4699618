"""No secret of an e-mail can be read in the admin, by any role: every page is searched."""

import io
import re
import zipfile
from datetime import timedelta
from html import unescape
from itertools import count

import pytest
from django.contrib import admin
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from accounts.adapter import AccountAdapter
from accounts.roles import Role
from accounts.tests.factories import PASSWORD, make_staff, make_user
from api.keys import make_key
from api.models import Endpoint
from api.webhooks.signing import secret_of
from bookings.documents.ticket_codes import code_of
from bookings.models import Hold, Order, Ticket
from emails import content, rendering, sample_registry
from emails.admin import preview
from emails.consents import record_consent
from emails.models import Consent, EmailAttachment, OutboxEmail
from emails.outbox import enqueue_email
from emails.rendering import render_due_emails, rendered_kinds
from emails.sending import send_queued_emails
from exports.sheets import SHEETS, sheets_for

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # A house with the mail server of a network, which swallows everything here.
    pytest.mark.usefixtures("production"),
]

STAFF = [*Role, "superuser"]
# Of the e-mails below, the kinds that must hold a secret.
WITH_ORDER_KEY = {
    *{"order_confirmation", "tickets_cancelled", "partial_refund"},
    *{"tickets_moved", "tickets_changed", "performance_cancelled", "performance_rescheduled"},
    *{"reminder", "monthly"},
}
UNSUBSCRIBE = "/emails/unsubscribe/"


@pytest.fixture
def production(settings):
    from concert import settings as real

    settings.LOCAL_MODE, settings.EMAIL_URL = False, "smtp://mail.example.org"
    settings.EMAIL_BACKEND = real.EMAIL_BACKEND


@pytest.fixture
def codes(monkeypatch):
    """The codes that accounts were sent, in the order in which they were made."""
    made = []

    def make(adapter):
        made.append(f"QQXX-{len(made):04d}")
        return made[-1]

    monkeypatch.setattr(AccountAdapter, "generate_password_reset_code", make)
    monkeypatch.setattr(AccountAdapter, "generate_email_verification_code", make)
    return made


@pytest.fixture
def secrets(codes, monkeypatch):
    """Trigger every e-mail, in every state; return all secrets by name."""
    monkeypatch.setattr(rendering, "_morning_to_wait_for", lambda letter: None)
    _write_to_accounts()
    _enqueue_one_of_each_kind()
    while render_due_emails():
        pass
    assert not OutboxEmail.objects.queued().exists()
    _send_most_of_it()
    _enqueue_again_and_do_not_render()
    found = {f"code {number}": code for number, code in enumerate(codes)}
    for order in Order.objects.all():
        found[f"key of order {order.reference}"] = order.key
    for ticket in Ticket.objects.all():
        found[f"secret of ticket {ticket.pk}"] = ticket.secret
        found[f"code of ticket {ticket.pk}"] = code_of(ticket)
    for hold in Hold.objects.all():
        found[f"token of basket {hold.pk}"] = hold.token
    for endpoint in Endpoint.objects.all():
        found[f"secret of webhook {endpoint.pk}"] = secret_of(endpoint)
    owner = make_user("programmer@example.com", is_staff=True)
    found["API key"] = make_key(owner=owner, name="Till", scopes=["orders"])[1]
    return found | {"link to unsubscribe": UNSUBSCRIBE}


def _write_to_accounts():
    """Ask for every e-mail about an account that carries a code, and for those that do not."""
    make_user("boss@example.com", is_staff=True, is_superuser=True)
    alice = make_user("alice@example.com")
    make_user("unproven@example.com", proven=False)
    for email in ("boss@example.com", "alice@example.com", "nobody@example.com"):
        Client().post("/accounts/password/reset/", {"email": email})
    for email in ("new@example.com", "alice@example.com"):
        Client().post("/accounts/signup/", {"email": email, "password1": PASSWORD})
    login = {"login": "unproven@example.com", "password": PASSWORD}
    Client().post("/accounts/login/", login)
    browser = Client()
    browser.force_login(alice)
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    browser.post("/accounts/email/", {"action_add": "", "email": "moved@example.com"})


def _enqueue_one_of_each_kind():
    """The facts are those of the samples that the admin shows where no e-mail was owed yet."""
    for kind in rendered_kinds():
        sample = sample_registry._makers[kind.name]()
        user = sample.user
        if kind.is_optional:
            record_consent(user=user, kind=kind.name, is_wanted=True, source=Consent.Source.ACCOUNT)
        enqueue_email(
            kind=kind.name,
            key=f"{kind.name}:1",
            to=user.email,
            about=sample.about,
            user=user,
        )


def _send_most_of_it():
    ids = list(OutboxEmail.objects.rendered().values_list("pk", flat=True))
    failed = OutboxEmail.objects.filter(pk__in=ids[::4])
    failed.update(state="failed", error="550 No such person")
    later = OutboxEmail.objects.rendered().filter(pk__in=ids[1::4])
    assert later.update(due_at=Now() + timedelta(days=1)) > 2
    assert send_queued_emails() > 5


def _enqueue_again_and_do_not_render():
    for email in OutboxEmail.objects.filter(kind__in=["order_confirmation", "reminder"]):
        OutboxEmail.objects.create(
            kind=email.kind, key=f"{email.key} later", to=email.to, about=email.about
        )


def browser_of(who):
    browser = Client(raise_request_exception=False)
    if who == "superuser":
        user = make_user("super@example.com", is_staff=True, is_superuser=True)
    else:
        user = make_staff(who)
    browser.force_login(user)
    browser.user = user
    return browser


def pages_of(browser):
    """Yield (path, page) of every page of the admin that links lead to.

    Of e-mails each is read, laid out and as text; of other things, of which all have the same
    pages, the first of each page.
    """
    waiting, seen = ["/admin/"], {"/admin/"}
    while waiting:
        path = waiting.pop(0)
        response = browser.get(path)
        assert response.status_code < 500, path
        if response.streaming:
            continue
        page, links = response.content.decode(), [response.headers.get("Location", "")]
        if response.status_code == 200:
            yield path, page
            links = re.findall(r'href="([^"]*)"', page)
        for link in links:
            link = unescape(link).partition("#")[0]
            link = path.partition("?")[0] + link if link.startswith("?") else link
            # Filters and orders show the same rows.
            link = link if link.endswith("?as=text") else link.partition("?")[0]
            mark = link if re.search(r"/(read|kinds)/", link) else re.sub(r"\d+", "N", link)
            if link.startswith("/admin/") and mark not in seen and "logout" not in link:
                seen.add(mark)
                waiting.append(link)


def found_in(text, secrets):
    """Return the names of the secrets that stand in the text."""
    text = unescape(unescape(text))
    return [name for name, value in secrets.items() if value in text]


@pytest.fixture
def visible(secrets, caplog):
    """`visible(browser)` returns {place: secrets read there} of everything that they may open."""

    def search(browser):
        places = dict(pages_of(browser))
        assert "/admin/" in places
        places |= exports_of(browser)
        places["the log"] = caplog.text
        found = {place: found_in(text, secrets) for place, text in places.items()}
        search.places = places
        return {place: names for place, names in found.items() if names}

    return search


def exports_of(browser):
    """Return the text of every export that they may have, by sheet and format."""
    files = {}
    for sheet in sheets_for(browser.user):
        meta = SHEETS[sheet].model._meta
        url = reverse(f"admin:{meta.app_label}_{meta.model_name}_export")
        for file_format in ("csv", "xlsx"):
            form = {"sure": "yes", "sheet": sheet, "file_format": file_format}
            content = browser.post(url, form).getvalue()
            files[f"{sheet}.{file_format}"] = _text_of(content)
    return files


def _text_of(content):
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content.decode("utf-8-sig")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return "".join(parts.read(name).decode() for name in parts.namelist())


# Finance and the door may not see e-mails at all: see docs/roles.md.
READS_EMAILS = (Role.MANAGER, Role.BOX_OFFICE, "superuser")


@pytest.mark.parametrize("who", STAFF)
def test_no_role_reads_a_secret_on_any_page(who, visible, codes):
    assert len(codes) >= 4
    browser = browser_of(who)
    assert visible(browser) == {}
    if who in READS_EMAILS:
        read = [path for path in visible.places if "/read/" in path]
        assert len(read) > 2 * len(WITH_ORDER_KEY), "The walk has found the e-mails."
        kinds = {f"/admin/emails/outboxemail/kinds/{kind}/" for kind in WITH_ORDER_KEY}
        assert kinds <= visible.places.keys()
        assert any("[hidden:code]" in visible.places[path] for path in read)
        assert any("[hidden:order_key" in visible.places[path] for path in read)
        assert any("[hidden:unsubscribe_link]" in visible.places[path] for path in read)


def test_without_the_placeholders_the_box_office_reads_them(monkeypatch, request):
    """The control: the walk finds what it looks for."""
    for module in (content, preview):
        monkeypatch.setattr(module, "hide", lambda parts, secrets: parts)
    visible = request.getfixturevalue("visible")
    found = {name for names in visible(browser_of(Role.BOX_OFFICE)).values() for name in names}
    assert "link to unsubscribe" in found
    assert len({name for name in found if re.fullmatch(r"code \d+", name)}) == 5
    assert any(name.startswith("key of order") for name in found)


def test_every_email_about_an_order_hides_its_key(secrets):
    for kind in WITH_ORDER_KEY:
        email = OutboxEmail.objects.get(key=f"{kind}:1")
        for body in (email.text, email.html):
            assert "?key=[hidden:order_key" in body, kind
    stored = str(list(OutboxEmail.objects.values()))
    assert found_in(stored, secrets) == []


def test_no_subject_holds_a_secret(secrets):
    subjects = " ".join(OutboxEmail.objects.values_list("subject", flat=True))
    assert found_in(subjects, secrets) == []


@pytest.mark.parametrize("who", STAFF)
def test_no_search_finds_an_email_by_its_secret(who, secrets):
    browser = browser_of(who)
    words = {name.rpartition(" ")[0]: value for name, value in secrets.items()}
    words = {name: words[name] for name in ("code", "key of order", "code of ticket")}
    for model, model_admin in admin.site._registry.items():
        permission = f"{model._meta.app_label}.view_{model._meta.model_name}"
        if not model_admin.search_fields or not browser.user.has_perm(permission):
            continue
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for name, value in words.items():
            response = browser.get(url, {"q": value}, follow=True)
            assert response.status_code == 200, url
            assert response.context["cl"].result_count == 0, (url, name)


SECRET_FIELDS = ["key", "token", "secret", "salt", "previous_salt", "digest", "password"]
SECRET_FIELDS += ["sealed_secrets"]
# Shown in their lists: numbers of payments and refunds, and the names of e-mails and events.
SHOWN_KEYS = {"payments", "emails", "api.event"}


def test_no_list_is_filtered_by_a_secret_that_it_does_not_show():
    """Else it could be guessed letter by letter: `?key__startswith=a`."""
    browser, asked = browser_of("superuser"), count()
    for model in admin.site._registry:
        label = model._meta.label_lower
        names = {field.name for field in model._meta.fields} & set(SECRET_FIELDS)
        if SHOWN_KEYS & {label, model._meta.app_label}:
            names -= {"key"}
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for name in names:
            next(asked)
            assert browser.get(url, {f"{name}__startswith": "a"}).status_code == 400, (label, name)
            assert browser.get(url, {name: "a"}).status_code == 400, (label, name)
    assert next(asked) >= 7


@pytest.mark.parametrize("who", STAFF)
def test_attachments_open_only_for_those_who_may_send_the_email(who, secrets):
    browser = browser_of(who)
    may = who in (Role.MANAGER, Role.BOX_OFFICE, "superuser")
    attachment = EmailAttachment.objects.filter(name__endswith=".pdf").first()
    email = attachment.email
    url = reverse("admin:emails_outboxemail_attachment", args=[email.pk, attachment.pk])
    assert browser.get(url).status_code == (200 if may else 403)
    if who in READS_EMAILS:
        page = browser.get(reverse("admin:emails_outboxemail_read", args=[email.pk]))
        assert attachment.name in page.content.decode()
        assert (url in page.content.decode()) is may


@pytest.mark.parametrize("local", [True, False])
@pytest.mark.parametrize("sends", [True, False])
def test_the_superuser_alone_sees_them_where_nothing_leaves(local, sends, settings, codes):
    settings.LOCAL_MODE, settings.EMAIL_URL = local, "smtp://mail.example.org" if sends else ""
    make_user("alice@example.com")
    Client().post("/accounts/password/reset/", {"email": "alice@example.com"})
    send_queued_emails()
    url = reverse("admin:emails_outboxemail_read", args=[OutboxEmail.objects.get().pk])

    shown = browser_of("superuser").get(url).content.decode()
    assert (codes[0] in shown) is (local and not sends)
    assert ("[hidden:code]" in shown) is not (local and not sends)
    for role in (Role.MANAGER, Role.BOX_OFFICE):
        page = browser_of(role).get(url).content.decode()
        assert codes[0] not in page and "[hidden:code]" in page
        assert "They are added when the e-mail is sent" in page
