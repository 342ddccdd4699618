"""Legal texts: versions, publishing, and their pages."""

import pytest
from django.db import IntegrityError, transaction

from core.markdown import render_page
from core.testing.races import race
from organisation.current import clear_cached_organisation, current_texts
from organisation.legal_texts import (
    AlreadyPublished,
    current_text,
    missing_texts,
    publish,
    published_text,
    save_draft,
    start_draft,
)
from organisation.models import LegalText
from organisation.samples import FOLDER, PLACEHOLDER, sample_of
from organisation.tests.factories import publish_texts

pytestmark = pytest.mark.django_db

TERMS, IMPRINT = LegalText.Kind.TERMS, LegalText.Kind.IMPRINT


@pytest.fixture(autouse=True)
def read_anew():
    clear_cached_organisation()


def published(kind=TERMS, language="en", body="Our terms."):
    draft = start_draft(kind=kind, language=language)
    return publish(text=save_draft(text=draft, body=body), by="alice")


def test_there_is_a_sample_of_each_text_in_each_complete_language():
    for kind in LegalText.Kind.values:
        for language in ("en", "de"):
            assert (FOLDER / f"{kind}.{language}.md").exists()
        assert sample_of(kind, "fr") == sample_of(kind, "en")


def test_the_samples_that_need_no_facts_are_published_from_the_start():
    found = {(text.kind, text.language) for text in LegalText.objects.published()}
    assert found == {
        (kind, code) for kind in ("terms", "privacy", "refunds") for code in ("en", "de")
    }
    assert all(text.is_sample for text in LegalText.objects.all())


def test_editing_makes_a_new_version_and_publishing_makes_it_current():
    first = current_text(TERMS, "en")
    draft = start_draft(kind=TERMS, language="en")
    assert (draft.version, draft.is_sample) == (2, True)
    assert start_draft(kind=TERMS, language="en") == draft
    save_draft(text=draft, body="Our terms.")
    assert current_text(TERMS, "en") == first  # Drafts are seen by staff only.
    second = publish(text=draft, by="alice")
    assert current_text(TERMS, "en").id == second.pk
    assert (second.is_sample, second.published_by) == (False, "alice")
    assert LegalText.objects.of(TERMS, "en").count() == 2


def test_publishing_twice_publishes_once():
    text = published()
    again = publish(text=text, by="bob")
    assert (again.published_at, again.published_by) == (text.published_at, "alice")


def test_a_published_version_never_changes():
    text = published()
    with pytest.raises(AlreadyPublished):
        save_draft(text=text, body="Other terms.")
    for change in (
        lambda: LegalText.objects.filter(pk=text.pk).update(body="Other terms."),
        lambda: LegalText.objects.filter(pk=text.pk).update(published_at=None),
        lambda: text.delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert LegalText.objects.get(pk=text.pk).body == "Our terms."


def test_a_draft_can_be_deleted():
    start_draft(kind=TERMS, language="en").delete()
    assert LegalText.objects.drafts().count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_who_start_a_draft_at_once_edit_the_same():
    outcomes = race(*[lambda: start_draft(kind=TERMS, language="en")] * 4)
    assert {outcome.result for outcome in outcomes} == {LegalText.objects.drafts().get()}


def test_the_page_shows_the_current_version_in_the_language_of_the_visitor(client):
    published(body="## Booking\n\nOur *terms*.")
    page = client.get("/terms/").content.decode()
    assert "<h2>Booking</h2>" in page and "Our <em>terms</em>." in page
    assert "Version 2," in page and "sample text" not in page
    german = client.get("/terms/", headers={"accept-language": "de"}).content.decode()
    assert "Mustertext" in german and 'lang="de"' in german


def test_a_text_without_a_translation_is_shown_in_the_default_language(client):
    published(IMPRINT, "de", "Gaswerk GmbH")
    assert "Gaswerk GmbH" in client.get("/imprint/").content.decode()


def test_a_text_that_is_not_published_has_no_page(client):
    start_draft(kind=IMPRINT, language="en")
    assert client.get("/imprint/").status_code == 404
    assert client.get("/legal/imprint/en/1/").status_code == 404
    assert client.get("/legal/x/en/1/").status_code == 404


def test_former_versions_keep_their_address(client):
    published(body="First."), published(body="Second.")
    page = client.get("/legal/terms/en/2/").content.decode()
    assert "First." in page and "no longer current" in page and 'href="/terms/"' in page
    assert "no longer current" not in client.get("/legal/terms/en/3/").content.decode()


def test_every_page_links_to_what_is_published(client):
    page = client.get("/help/").content.decode()
    assert 'href="/terms/"' in page and 'href="/privacy/"' in page and "/imprint/" not in page
    published(IMPRINT)
    assert 'href="/imprint/"' in client.get("/venues/").content.decode()


def test_the_privacy_page_sets_no_cookie(client):
    response = client.get("/privacy/")
    assert "no cookie banner" in response.content.decode()
    assert not response.cookies


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("<img src=x onerror=alert(1)>", "<p>&lt;img src=x onerror=alert(1)&gt;</p>\n"),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>\n"),
        ("[a](data:text/html,x)", "<p>[a](data:text/html,x)</p>\n"),
        ("![a](https://x.example/p.png)", '<p>!<a href="https://x.example/p.png">a</a></p>\n'),
        ("# One", "<h2>One</h2>\n"),
        ("## Two", "<h2>Two</h2>\n"),
        ("### Three", "<h3>Three</h3>\n"),
        ("[a](https://b.example/)", '<p><a href="https://b.example/">a</a></p>\n'),
        ('[a](https://b.example/"onclick="x)', None),
    ],
)
def test_html_and_scripts_stay_text(text, html):
    found = render_page(text)
    assert found == html if html else 'onclick="' not in found


def test_what_is_missing_before_selling_is_listed():
    assert {missing.kind for missing in missing_texts()} == {
        "terms",
        "privacy",
        "imprint",
        "refunds",
    }
    publish_texts()
    assert missing_texts() == []


def test_a_text_with_a_placeholder_left_is_still_a_sample():
    sample = sample_of("imprint", "en")
    body = sample.replace("[Legal name]", "Gasworks Ltd")
    assert published(IMPRINT, body=body).is_sample
    assert not published(IMPRINT, body=PLACEHOLDER.sub("x", sample)).is_sample


def test_versions_are_read_once(django_assert_num_queries):
    text = published()
    with django_assert_num_queries(1):
        assert published_text(text.pk) == published_text(text.pk) == text
    assert published_text(None) is None
    assert current_texts()["terms", "en"].version == 2
