"""Legal texts and the help page in the admin."""

import pytest
from django.urls import reverse

from accounts.roles import Role, appoint
from accounts.tests.factories import make_user
from organisation.legal_texts import publish, save_draft, start_draft
from organisation.models import HelpEntry, LegalText
from staff_activity.models import FieldChange

pytestmark = pytest.mark.django_db

LIST = reverse("admin:organisation_legaltext_changelist")
ADD = reverse("admin:organisation_legaltext_add")


def page_of(text, name="change"):
    return reverse(f"admin:organisation_legaltext_{name}", args=[text.pk])


@pytest.fixture
def manager(client):
    user = make_user("manager@staff.example")
    appoint(user=user, role=Role.MANAGER)
    client.force_login(user)
    return client


def test_a_text_is_written_and_published(manager):
    response = manager.post(ADD, {"kind": "imprint", "language": "en"})
    draft = LegalText.objects.drafts().get()
    assert response.url == page_of(draft)
    assert "[Legal name]" in manager.get(page_of(draft)).content.decode()
    manager.post(page_of(draft), {"body": "## Gasworks\n\n<b>Ltd</b>", "_continue": "1"})
    page = manager.get(page_of(draft)).content.decode()
    assert "<h2>Gasworks</h2>" in page and "&lt;b&gt;Ltd&lt;/b&gt;" in page
    publish_page = reverse("admin:organisation_legaltext_publish_it", args=[draft.pk])
    assert "at once" in manager.get(publish_page).content.decode()
    assert not LegalText.objects.get(pk=draft.pk).is_published  # A GET changes nothing.
    manager.post(publish_page, {"confirmed": "1"})
    draft.refresh_from_db()
    assert draft.is_published and draft.published_by == "manager@staff.example"
    assert "Gasworks" in manager.get("/imprint/").content.decode()
    assert FieldChange.objects.filter(content_type__model="legaltext", action=1).exists()


def test_adding_a_text_that_has_a_draft_opens_it(manager):
    draft = start_draft(kind="terms", language="en")
    assert manager.post(ADD, {"kind": "terms", "language": "en"}).url == page_of(draft)
    assert LegalText.objects.drafts().count() == 1


def test_a_published_version_is_read_only_and_leads_to_a_new_one(manager):
    text = LegalText.objects.of("terms", "en").get()
    page = manager.get(page_of(text)).content.decode()
    assert "<textarea" not in page and "Edit as new version" in page
    assert manager.post(page_of(text), {"body": "x"}).status_code == 403
    assert manager.post(page_of(text, "delete"), {"post": "yes"}).status_code == 403
    publish_page = reverse("admin:organisation_legaltext_publish_it", args=[text.pk])
    assert manager.post(publish_page, {"confirmed": "1"}).status_code == 403
    response = manager.get(reverse("admin:organisation_legaltext_new_version", args=[text.pk]))
    assert response.url == page_of(LegalText.objects.drafts().get())


def test_the_history_has_every_version(manager):
    for body in ("One.", "Two."):
        draft = start_draft(kind="terms", language="en")
        publish(text=save_draft(text=draft, body=body), by="alice")
    page = manager.get(LIST, {"kind__exact": "terms", "language__exact": "en"}).content.decode()
    assert all(f"v{version}" in page for version in (1, 2, 3))


def test_the_list_has_a_fixed_number_of_queries(manager, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        manager.get(LIST)


@pytest.mark.parametrize("value", ["abc", "999999", "1; DROP"])
def test_unknown_texts_are_not_found(manager, value):
    url = reverse("admin:organisation_legaltext_publish_it", args=["1"]).replace(
        "/1/", f"/{value}/"
    )
    assert manager.get(url).status_code in (302, 403, 404)


def test_the_help_page_shows_published_questions_in_their_order(manager, client):
    add = reverse("admin:organisation_helpentry_add")
    for ordinal, question in ((2, "Where?"), (1, "When?")):
        fields = {"language": "en", "question": question, "answer": "*Soon*", "ordinal": ordinal}
        manager.post(add, fields | {"is_published": "on"})
    manager.post(add, {"language": "en", "question": "Why?", "answer": "So.", "ordinal": 0})
    manager.post(
        add,
        {"language": "de", "question": "Wo?", "answer": "Hier", "ordinal": 0, "is_published": 1},
    )
    client.logout()
    page = client.get("/help/").content.decode()
    assert page.index("When?") < page.index("Where?")
    assert "<em>Soon</em>" in page and "Why?" not in page and "Wo?" not in page
    assert "Wo?" in client.get("/help/", headers={"accept-language": "de"}).content.decode()
    assert HelpEntry.objects.count() == 4
