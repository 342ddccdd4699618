"""Compare docs/roles.md with what every URL of the admin and the door does by role.

A new URL, action or export needs a line in docs/roles.md. No page of the admin shows a secret.
"""

import re
from contextlib import nullcontext, suppress
from functools import cache
from itertools import cycle, islice
from unittest import mock

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.template.response import TemplateResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, reverse

from accounts.models import User
from accounts.tests.factories import make_user
from backoffice.setup.steps import STEPS
from backoffice.tests.bare_pages import bare_pages
from backoffice.tests.role_tables import NO, READ, ROLES, YES, differences, staff_of
from backoffice.tests.secret_rows import make_secrets, note_codes, secrets_in
from backoffice.tests.shared_rows import rows_in_production
from backoffice.tests.staff_rows import ADDRESS, CUSTOMER, make_staff_rows
from bookings.models import Order
from door import urls as door_urls
from emails.models import EmailAttachment
from exports.sheets import SHEETS
from finance import urls as finance_urls
from finance.models import TillSession
from organisation.models import MailServer, Promoter
from payments.models import Refund

pytestmark = [
    pytest.mark.django_db,
    # Models without ordering would cause warnings in autocomplete.
    pytest.mark.filterwarnings("ignore::django.core.paginator.UnorderedObjectListWarning"),
]

# Search terms that find the customer. They are not the recognisable text, because pages repeat the
# search term. Lists are searched for one each, by turns that differ between roles.
SEARCHES = [CUSTOMER.split()[1], ADDRESS.removesuffix(".example")]
# Models that share a line of the table "List".
OF_MODELS = {"changelist", "add", "history", "delete", "change"}


@pytest.fixture(scope="module")
def shared_rows(django_db_setup, django_db_blocker):
    """Return the rows of everything, with `secrets`: all secrets of every e-mail by name."""
    with rows_in_production(django_db_blocker) as patch:
        world = make_staff_rows()
        server = MailServer.objects.get()
        server.delete()  # Its password cannot be read, so no e-mail would be sent.
        world.secrets = make_secrets(note_codes(patch), patch)
        server.save()
        yield world


class Walk:
    """What one account sees and may do; `texts` are all pages and responses."""

    def __init__(self, world, user, *, turn=0):
        self.world, self.user = world, user
        self.searches = islice(cycle(SEARCHES), turn % 2, None)
        self.client = Client(raise_request_exception=False)
        self.client.force_login(self.user)
        self.texts = []

    def get(self, url, **query):
        response = self.client.get(url, query)
        assert response.status_code < 500, url
        return self._verdict(response, url)

    def post(self, url, **data):
        """Post, and roll back every change.

        Pages of the admin are not rendered again: they say what `get` has seen.
        """
        blank = mock.patch.object(TemplateResponse, "rendered_content", "")
        with suppress(_Undo), blank, transaction.atomic():
            verdict = self._verdict(self.client.post(url, data), url)
            raise _Undo
        return verdict

    def _verdict(self, response, url):
        location = response.get("Location", "")
        if "/login/" in location or location == reverse("admin:index"):
            return False  # No permission: Django's admin redirects to its index.
        if response.status_code in (200, 405, 422) and not response.streaming:
            self.texts.append((url, response.content.decode(errors="replace")))
        return response.status_code not in (403, 404)


class _Undo(Exception):
    pass


# --- The admin ------------------------------------------------------------------------------


def admin_patterns(patterns, prefix=""):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield prefix + str(pattern.pattern), pattern
        else:
            yield from admin_patterns(pattern.url_patterns, prefix + str(pattern.pattern))


def pages_of_admin():
    """Yield (text, name) of every URL besides the usual ones of a model."""
    ordinary = {
        f"{model._meta.app_label}_{model._meta.model_name}_{page}"
        for model in admin.site._registry
        for page in OF_MODELS
    }
    for text, pattern in admin_patterns(admin.site.urls[0]):
        is_old_url = pattern.name is None and text.endswith("/<path:object_id>/")
        is_other_url = text == "(?P<url>.*)$"
        if pattern.name not in ordinary and not (is_old_url or is_other_url):
            yield "(index of an app)" if pattern.name == "app_list" else text or "(index)", pattern


def url_of(world, text, pattern):
    """Fill the parameters of a URL with existing rows."""
    if pattern.name == "app_list":
        return "/admin/bookings/"
    values = {}
    for name in re.findall(r"<(?:\w+:)?(\w+)>", text):
        values[name] = _value(world, text, name)
    return reverse(f"admin:{pattern.name}", kwargs=values)


def _value(world, text, name):
    if name == "content_type_id":
        return ContentType.objects.get_for_model(Order).pk
    if name == "attachment_pk":
        return EmailAttachment.objects.order_by("pk").first().pk
    if name == "token":
        return world.order.hold.token
    if name in ("performance_pk", "show_pk"):
        performance = world.order.performance
        return performance.pk if name == "performance_pk" else performance.show_id
    if name == "language":
        return "en"
    if name == "name":
        return "order_confirmation"
    app, model = ("bookings", "order") if text.startswith("r/") else text.split("/")[:2]
    if "attachment_pk" in text:
        return EmailAttachment.objects.order_by("pk").first().email_id
    return world.row_of(apps.get_model(app, model)).pk


def walk_lists(walk):
    """Open the pages of every model; other pages show the sidebar and header."""
    with bare_pages():
        return dict(_walk_lists(walk))


def _walk_lists(walk):
    for model in admin.site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row = walk.world.row_of(model)
        one = {
            name: reverse(f"{base}_{name}", args=[row.pk])
            for name in OF_MODELS - {"changelist", "add"}
        }
        lists, add = reverse(f"{base}_changelist"), reverse(f"{base}_add")
        seen = {walk.get(lists), walk.get(one["change"]), walk.get(one["history"])}
        assert len(seen) == 1, f"Some pages of {model._meta.label_lower} are open, others not."
        may = {
            "view": seen.pop(),
            "add": walk.post(add),  # Shows the form with errors.
            "change": walk.post(one["change"]),
            "delete": walk.post(one["delete"]),
        }
        if may["view"] and admin.site.get_model_admin(model).search_fields:
            walk.get(lists, q=next(walk.searches))
        if not may["add"]:
            assert not walk.get(add)
        assert walk.get(one["delete"]) == may["delete"]
        yield model._meta.label_lower, ", ".join(name for name in may if may[name]) or NO
        _check_autocomplete(walk, model, may["view"])
    for words in SEARCHES:
        walk.get(reverse("admin:search"), s=words)


def _check_autocomplete(walk, model, may_view):
    """Check that autocomplete shows what the list shows, to users who may view it."""
    if one := _foreign_keys().get(model):
        source = one.model._meta
        names = {"app_label": source.app_label, "model_name": source.model_name}
        url = reverse("admin:autocomplete")
        assert walk.get(url, **names, field_name=one.name, term="") == may_view, model


@cache
def _foreign_keys():
    """Return the first foreign key to each model."""
    found = {}
    for source in apps.get_models():
        for one in source._meta.get_fields():
            if isinstance(one, models.ForeignKey):
                found.setdefault(one.related_model, one)
    return found


def walk_actions(walk):
    request = RequestFactory().get("/")
    request.user = User.objects.get(pk=walk.user.pk)
    found = {}
    for model, model_admin in admin.site._registry.items():
        for name in model_admin.get_actions(request):
            found[f"{model._meta.label_lower}: {name}"] = YES
    return found


def walk_pages(walk):
    found = {}
    for text, pattern in pages_of_admin():
        if pattern.name in {"login", "logout", "autocomplete"}:
            continue  # For all users; the last one is requested with each list.
        url = url_of(walk.world, text, pattern)
        # The sidebar and header are those of the index.
        with nullcontext() if pattern.name == "index" else bare_pages():
            may_read, may_do = walk.get(url), walk.post(url)
        found[text] = (YES if may_do else READ) if may_read else NO
    return found


def walk_exports(walk):
    found = {}
    for sheet in SHEETS.values():
        meta = sheet.model._meta
        url = reverse(f"admin:{meta.app_label}_{meta.model_name}_export")
        form = {"confirmed": "yes", "sheet": sheet.name, "file_format": "csv"}
        response = walk.client.post(url, form)
        if response.status_code != 200:
            assert response.status_code in (302, 403, 422), sheet.name
            found[sheet.name] = NO
            continue
        text = response.getvalue().decode("utf-8-sig")
        walk.texts.append((url, text))
        is_whole = text.splitlines()[0].count(",") == len(sheet.headings) - 1
        found[sheet.name] = "all columns" if is_whole else "without e-mail addresses"
    return found


# --- The door -------------------------------------------------------------------------------


def walk_door(walk):
    found = {}
    values = {"pk": walk.world.order.performance_id, "reference": walk.world.order.reference}
    values["name"] = "names"
    for pattern in door_urls.urlpatterns:
        names = pattern.pattern.converters
        url = reverse(f"door:{pattern.name}", kwargs={name: values[name] for name in names})
        response = walk.client.get(url)
        if response.status_code == 405:
            data = {"text": SEARCHES[0], "check_in": walk.world.check_in.pk}
            response = walk.client.post(url, data)
        found[f"/door/{pattern.pattern}"] = YES if walk._verdict(response, url) else NO
    return found


def walk_till(walk):
    """Every page of the till, with a till that is open for those who may open one."""
    found = {}
    walk.client.post("/till/", {"till": "Door", "currency": "EUR", "opening_float": "1"})
    refund = Refund.objects.get(key="r8").pk
    session = TillSession.objects.closed().get().pk
    for pattern in finance_urls.till_patterns:
        names = pattern.pattern.converters
        pk = refund if "refund" in pattern.name else session
        url = reverse(f"finance:{pattern.name}", kwargs=dict.fromkeys(names, pk))
        response = walk.client.get(url)
        if response.status_code == 405:
            response = walk.client.post(url, {})
        found[f"/till/{pattern.pattern}"] = YES if walk._verdict(response, url) else NO
    return found


def walk_assistant(walk):
    urls = [reverse("setup:index"), *(step.url for step in STEPS)]
    return {url: YES if walk.get(url) else NO for url in urls}


@pytest.mark.parametrize("role", ROLES)
def test_pages_show_each_role_what_the_table_says(world, role):
    walk = Walk(world, staff_of(role), turn=ROLES.index(role))
    walked = {
        "List": walk_lists(walk),
        "Action": walk_actions(walk),
        "Page": walk_pages(walk),
        "Export": walk_exports(walk),
        "Page of the door": walk_door(walk),
        "Page of the till": walk_till(walk),
        "Page of the assistant": walk_assistant(walk),
        "Data": data_seen(walk),
    }
    assert differences(walked, role) == []
    assert secrets_seen(walk) == {}


def test_promoters_see_the_sales_of_their_own_shows_and_nothing_else(world):
    user, show = make_user("nina@nightingale.example"), world.performance.show
    Promoter.objects.get(name="Nightingale").users.add(user)
    walk = Walk(world, user)
    steps = walk_lists, walk_pages, walk_exports, walk_door, walk_till, walk_assistant
    assert [name for step in steps for name, may in step(walk).items() if may != NO] == []
    assert walk.get("/promoter/") and show.title not in walk.texts[-1][1]
    type(show).objects.filter(pk=show.pk).update(promoter=Promoter.objects.get())
    assert walk.get("/promoter/") and show.title in walk.texts[-1][1]
    assert set(data_seen(walk).values()) == {NO}


def data_seen(walk):
    found = {}
    for data, texts_by_kind in walk.world.texts_by_kind.items():
        where = [url for url, text in walk.texts if any(mark in text for mark in texts_by_kind)]
        found[data] = YES if where else NO
    return found


def secrets_seen(walk):
    """Return {page of the admin: secrets on it}."""
    pages = [(url, text) for url, text in walk.texts if url.startswith("/admin/")]
    assert pages
    # A sale at the counter has the token of its basket in its own address.
    pages = [(url, text.replace(url.partition("?")[0], "")) for url, text in pages]
    # Most lines are the same on all pages.
    lines = {line for _url, text in pages for line in text.splitlines()}
    if not secrets_in("\n".join(lines), walk.world.secrets):
        return {}
    found = [(url, secrets_in(text, walk.world.secrets)) for url, text in pages]
    return {url: names for url, names in found if names}
