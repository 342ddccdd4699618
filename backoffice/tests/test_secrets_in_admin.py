"""Search the e-mails and exports in the admin for secrets, for each role.

All other pages are searched by `test_roles.py`, which opens them anyway.
"""

import io
import re
import zipfile
from contextlib import nullcontext
from html import unescape
from itertools import count

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from accounts.roles import Role
from accounts.tests.factories import make_staff, make_user
from backoffice.tests.bare_pages import bare_pages
from backoffice.tests.secret_rows import PRODUCTION, make_secrets, note_codes, secrets_in
from backoffice.tests.shared_rows import rolled_back, rows_in_production
from emails.models import EmailAttachment, OutboxEmail
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
EMAILS = "/admin/emails/"


@pytest.fixture(scope="module")
def shared_rows(django_db_setup, django_db_blocker):
    """Trigger every e-mail once for the module; yield all secrets by name."""
    with rows_in_production(django_db_blocker) as patch:
        yield make_secrets(note_codes(patch), patch)


@pytest.fixture
def production(shared_rows):
    """Configure a mail server, and roll back after the test."""
    with override_settings(**PRODUCTION), rolled_back():
        yield


@pytest.fixture
def secrets(shared_rows, production):
    return shared_rows


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
    """Yield (path, page) of every page about e-mails that links lead to.

    The first page has the sidebar and header. With `every_email` each e-mail is opened, as HTML and
    as text, otherwise only the first. What staff write of a kind of e-mail is opened in one
    language.
    """
    each = r"/(read|kinds)/|\?p=" if every_email else r"/kinds/"
    start = f"{EMAILS}outboxemail/"
    waiting, seen = [start], {start}
    while waiting:
        path = waiting.pop(0)
        with nullcontext() if path == start else bare_pages():
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
            if link.startswith(EMAILS) and mark not in seen:
                seen.add(mark)
                waiting.append(link)


def search_pages(browser, secrets, log, *, every_email=True):
    """Return ({page: secrets found}, {page: text}) of what they may open."""
    places = dict(pages_of(browser, every_email=every_email))
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
def test_no_role_sees_a_secret_in_an_email_or_export(role, secrets, caplog):
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
    else:
        assert not any(path.startswith(EMAILS) for path in places)


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
            with bare_pages():
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
