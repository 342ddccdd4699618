"""Search every page of the admin for secrets of e-mails, for each role."""

import io
import re
import zipfile
from datetime import timedelta
from html import unescape
from itertools import count

import pytest
from django.contrib import admin
from django.db.models.functions import Now
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from accounts.adapter import AccountAdapter
from accounts.roles import Role
from accounts.tests.factories import PASSWORD, make_staff, make_user
from api.keys import make_key
from api.models import Endpoint
from api.webhooks.signing import secret_of
from backoffice.tests.shared_rows import rolled_back
from bookings.documents.ticket_codes import code_of
from bookings.models import Hold, Order, Ticket
from emails import rendering, sample_registry
from emails.consents import record_consent
from emails.models import Consent, EmailAttachment, OutboxEmail
from emails.outbox import enqueue_email
from emails.rendering import render_due_emails, rendered_kinds
from emails.sending import send_queued_emails
from exports.sheets import SHEETS, sheets_for

pytestmark = pytest.mark.django_db

STAFF = [*Role, "superuser"]
READERS = {Role.MANAGER, Role.BOX_OFFICE, "superuser"}  # Of e-mails.
# These roles open every e-mail; the manager sees the same pages as the box office.
THOROUGH = {Role.BOX_OFFICE, "superuser"}
# The kinds below that must contain a secret.
WITH_ORDER_KEY = {
    *{"order_confirmation", "tickets_cancelled", "partial_refund"},
    *{"tickets_moved", "tickets_changed", "performance_cancelled", "performance_rescheduled"},
    *{"reminder", "monthly"},
}
UNSUBSCRIBE = "/emails/unsubscribe/"


@pytest.fixture(scope="module")
def shared_rows(django_db_setup, django_db_blocker):
    """Trigger every e-mail, in every state of the queue, once for the module.

    On a site with a mail server, which discards everything here. Yields all secrets by name.
    """
    with (
        django_db_blocker.unblock(),
        override_settings(**PRODUCTION),
        pytest.MonkeyPatch.context() as patch,
        rolled_back(),
    ):
        codes = _note_codes(patch)
        yield _make_secrets(codes, patch)


@pytest.fixture
def production(shared_rows):
    """Configure a mail server, and roll back after the test."""
    with override_settings(**PRODUCTION), rolled_back():
        yield


@pytest.fixture
def secrets(shared_rows, production):
    return shared_rows


PRODUCTION = {
    "LOCAL_MODE": False,
    "EMAIL_URL": "smtp://mail.example.org",
    "EMAIL_BACKEND": "emails.backend.QueueBackend",
}


def _note_codes(patch):
    """Return a list to which each code that is sent to an account is added."""
    made = []

    def make(adapter):
        made.append(f"QQXX-{len(made):04d}")
        return made[-1]

    patch.setattr(AccountAdapter, "generate_password_reset_code", make)
    patch.setattr(AccountAdapter, "generate_email_verification_code", make)
    return made


def _make_secrets(codes, patch):
    patch.setattr(rendering, "_next_allowed_morning", lambda email: None)
    _request_account_emails()
    _enqueue_one_of_each_kind()
    while render_due_emails():
        pass
    assert not OutboxEmail.objects.queued().exists()
    _send_most()
    _enqueue_without_rendering()
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


def _request_account_emails():
    """Request every e-mail about an account that contains a code, and some that do not."""
    make_user("superuser@example.com", is_staff=True, is_superuser=True)
    alice = make_user("alice@example.com")
    make_user("unproven@example.com", is_verified=False)
    for email in ("superuser@example.com", "alice@example.com", "nobody@example.com"):
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
    """Enqueue the samples that the admin shows where no e-mail was sent yet."""
    for kind in rendered_kinds():
        sample = sample_registry._factories[kind.name]()
        user = sample.user
        if kind.is_optional:
            record_consent(user=user, kind=kind.name, is_wanted=True, source=Consent.Source.ACCOUNT)
        enqueue_email(
            kind=kind.name,
            key=f"{kind.name}:1",
            to=user.email if user else "staff@example.com",
            about=sample.about,
            user=user,
        )


def _send_most():
    ids = list(OutboxEmail.objects.rendered().values_list("pk", flat=True))
    failed = OutboxEmail.objects.filter(pk__in=ids[::4])
    failed.update(state="failed", error="550 No such person")
    later = OutboxEmail.objects.rendered().filter(pk__in=ids[1::4])
    assert later.update(due_at=Now() + timedelta(days=1)) > 2
    assert send_queued_emails() > 5


def _enqueue_without_rendering():
    for email in OutboxEmail.objects.filter(kind__in=["order_confirmation", "reminder"]):
        OutboxEmail.objects.create(
            kind=email.kind, key=f"{email.key} later", to=email.to, about=email.about
        )


def browser_of(role):
    browser = Client(raise_request_exception=False)
    if role == "superuser":
        user = make_user("super@example.com", is_staff=True, is_superuser=True)
    else:
        user = make_staff(role)
    browser.force_login(user)
    browser.user = user
    return browser


def pages_of(browser, *, every_email):
    """Yield (path, page) of every page of the admin that links lead to.

    With `every_email` each e-mail is opened, as HTML and as text; of other objects, whose pages are
    alike, only the first. What staff write of a kind of e-mail is opened in one language.
    """
    each = r"/(read|kinds)/|\?p=" if every_email else r"/kinds/"
    waiting, seen = ["/admin/"], {"/admin/"}
    while waiting:
        path = waiting.pop(0)
        response = browser.get(path)
        assert response.status_code < 500, path
        kind = response.headers.get("Content-Type", "text/html")
        if response.streaming or not kind.startswith(("text/", "application/json")):
            continue
        page, links = response.content.decode(), [response.headers.get("Location", "")]
        if response.status_code == 200:
            yield path, page
            links = re.findall(r'href="([^"]*)"', page)
        for link in links:
            link = unescape(link).partition("#")[0]
            link = path.partition("?")[0] + link if link.startswith("?") else link
            # Filters and sort orders show the same rows; the next pages of a list show others.
            link = link if re.search(r"\?(as=text|p=\d+)$", link) else link.partition("?")[0]
            mark = link if re.search(each, link) else re.sub(r"\d+", "N", link)
            mark = re.sub(r"(/kinds/\w+/)\w\w/", r"\1LANGUAGE/", mark)
            if link.startswith("/admin/") and mark not in seen and "logout" not in link:
                seen.add(mark)
                waiting.append(link)


def secrets_in(text, secrets):
    """Return the names of the secrets that the text contains."""
    text = unescape(unescape(text))
    return [name for name, value in secrets.items() if value in text]


def search_pages(browser, secrets, log, *, every_email=True):
    """Return ({page: secrets found}, {page: text}) of all pages that they may open."""
    places = dict(pages_of(browser, every_email=every_email))
    assert "/admin/" in places
    places |= exports_of(browser) | {"the log": log}
    found = {place: secrets_in(text, secrets) for place, text in places.items()}
    return {place: names for place, names in found.items() if names}, places


def exports_of(browser):
    """Return the text of every export that they may download, by sheet and format."""
    files = {}
    for sheet in sheets_for(browser.user):
        meta = SHEETS[sheet].model._meta
        url = reverse(f"admin:{meta.app_label}_{meta.model_name}_export")
        for file_format in ("csv", "xlsx"):
            form = {"confirmed": "yes", "sheet": sheet, "file_format": file_format}
            content = browser.post(url, form).getvalue()
            files[f"{sheet}.{file_format}"] = _text_of(content)
    return files


def _text_of(content):
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content.decode("utf-8-sig")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return "".join(parts.read(name).decode() for name in parts.namelist())


# Finance and door staff may not see e-mails at all: see docs/roles.md.
READS_EMAILS = (Role.MANAGER, Role.BOX_OFFICE, "superuser")


@pytest.mark.parametrize("role", STAFF)
def test_no_role_sees_a_secret_on_any_page(role, secrets, caplog):
    assert len([name for name in secrets if re.fullmatch(r"code \d+", name)]) >= 4
    found, places = search_pages(
        browser_of(role), secrets, caplog.text, every_email=role in THOROUGH
    )
    assert found == {}
    if role in READERS:
        read = [path for path in places if "/read/" in path]
        if role in THOROUGH:
            assert len(read) > 2 * len(WITH_ORDER_KEY), "The walk has found the e-mails."
        kinds = {f"/admin/emails/outboxemail/kinds/{kind}/" for kind in WITH_ORDER_KEY}
        assert kinds <= places.keys()
        for name in ("code", "order_key", "unsubscribe_link") if role in THOROUGH else ():
            assert any(f"[hidden:{name}" in places[path] for path in read), name


def test_every_email_about_an_order_hides_its_key(secrets):
    for kind in WITH_ORDER_KEY:
        email = OutboxEmail.objects.get(key=f"{kind}:1")
        for body in (email.text, email.html):
            assert "?key=[hidden:order_key" in body, kind
    stored = str(list(OutboxEmail.objects.values()))
    assert secrets_in(stored, secrets) == []


def test_no_subject_contains_a_secret(secrets):
    subjects = " ".join(OutboxEmail.objects.values_list("subject", flat=True))
    assert secrets_in(subjects, secrets) == []


def test_no_search_finds_an_email_by_its_secret(secrets):
    """The superuser's lists contain the rows of all other roles, so no role finds more."""
    browser = browser_of("superuser")
    others = [request_of(browser_of(role).user) for role in Role]
    words = {name.rpartition(" ")[0]: value for name, value in secrets.items()}
    words = {name: words[name] for name in ("code", "key of order", "code of ticket")}
    for model, model_admin in admin.site._registry.items():
        fields = set(model_admin.get_search_fields(request_of(browser.user)))
        assert all(set(model_admin.get_search_fields(other)) <= fields for other in others)
        if not fields:
            continue
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for name, value in words.items():
            response = browser.get(url, {"q": value}, follow=True)
            assert response.status_code == 200, url
            assert response.context["cl"].result_count == 0, (url, name)


def request_of(user):
    request = RequestFactory().get("/")
    request.user = user
    return request


SECRET_FIELDS = ["key", "token", "secret", "salt", "previous_salt", "digest", "password"]
SECRET_FIELDS += ["sealed_secrets"]
# Shown in the lists: references of payments and refunds, names of e-mails, events and tasks.
SHOWN_KEYS = {"payments", "emails", "api.event", "finance.reconciliationtask"}


def test_no_list_can_be_filtered_by_a_hidden_secret(production):
    """Otherwise it could be guessed character by character: `?key__startswith=a`."""
    browser, asked = browser_of("superuser"), count()
    for model in admin.site._registry:
        label = model._meta.label_lower
        names = {field.name for field in model._meta.fields} & set(SECRET_FIELDS)
        if SHOWN_KEYS & {label, model._meta.app_label}:
            names -= {"key"}
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for name in names:
            next(asked)
            # 403: a list that nobody sees without a second factor.
            for lookup in (f"{name}__startswith", name):
                assert browser.get(url, {lookup: "a"}).status_code in (400, 403), (label, name)
    assert next(asked) >= 7


@pytest.mark.parametrize("role", STAFF)
def test_attachments_open_only_for_those_who_may_send_the_email(role, secrets):
    browser = browser_of(role)
    may = role in (Role.MANAGER, Role.BOX_OFFICE, "superuser")
    attachment = EmailAttachment.objects.filter(name__endswith=".pdf").first()
    email = attachment.email
    url = reverse("admin:emails_outboxemail_attachment", args=[email.pk, attachment.pk])
    assert browser.get(url).status_code == (200 if may else 403)
    if role in READERS:
        page = browser.get(reverse("admin:emails_outboxemail_read", args=[email.pk]))
        assert attachment.name in page.content.decode()
        assert (url in page.content.decode()) is may
