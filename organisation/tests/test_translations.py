"""What staff have entered is shown in the visitor's language."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import override

from accounts.tests.factories import make_user
from core.names import translated_name, translated_text
from organisation.current import current_organisation, keep_organisation
from organisation.models import Translation
from organisation.tests.factories import set_organisation
from organisation.translations import add_used_texts, save_translations, translations_of
from shows.models import ConcessionType, Show, Tag
from shows.tests.factories import make_show, make_venue
from venues.models import Venue

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    client.force_login(make_user("boss@example.org", is_staff=True, is_superuser=True))
    return client


def shown(text, language):
    with override(language):
        return translated_name(text)


def test_a_text_is_shown_as_staff_have_translated_it():
    save_translations({"Balkan beats": {"de": "Balkanklänge", "fr": "Sons des Balkans"}})
    assert [shown("Balkan beats", code) for code in ("en", "de", "fr", "es")] == [
        "Balkan beats", "Balkanklänge", "Sons des Balkans", "Balkan beats",
    ]  # fmt: skip


def test_it_comes_before_the_catalogue_of_common_names():
    assert shown("Classical", "de") == "Klassik"
    save_translations({"Classical": {"de": "Ernste Musik"}})
    assert (shown("Classical", "de"), shown("Classical", "fr")) == ("Ernste Musik", "Classique")


def test_a_translation_that_is_removed_is_no_longer_shown():
    save_translations({"Hat trick": {"de": "Hattrick"}})
    assert shown("Hat trick", "de") == "Hattrick"
    save_translations({"Hat trick": {"de": ""}})
    assert shown("Hat trick", "de") == "Hat trick"
    assert not Translation.objects.exists()


def test_texts_are_not_taken_from_the_interface():
    with override("de"):
        assert translated_text("Save") == "Save"


def test_reading_translations_costs_no_query_until_one_changes(django_assert_num_queries):
    save_translations({"Hat trick": {"de": "Hattrick"}})
    shown("Hat trick", "de")
    keep_organisation(current_organisation(), {}, seconds=1000)
    with django_assert_num_queries(0):
        assert [shown("Hat trick", "de") for _ in range(50)] == ["Hattrick"] * 50
        assert shown("Something else", "fr") == "Something else"


def test_a_text_has_one_row():
    Translation.objects.create(text="x" * 5000)
    with pytest.raises(IntegrityError), transaction.atomic():
        Translation.objects.create(text="x" * 5000)


def test_a_genre_is_translated_on_its_page(manager):
    tag = Tag.objects.create(name="Balkan beats", slug="balkan")
    url = reverse("admin:shows_tag_change", args=[tag.pk])
    page = manager.get(url).content.decode()
    assert 'name="name_de"' in page and 'name="name_es"' in page
    form = {"name": tag.name, "slug": tag.slug, "name_de": "Balkan auf Deutsch", "name_fr": ""}
    assert manager.post(url, form).status_code == 302
    assert translations_of([tag.name]) == {tag.name: {"de": "Balkan auf Deutsch"}}
    assert 'value="Balkan auf Deutsch"' in manager.get(url).content.decode()
    show = make_show(title="Night")
    show.tags.add(tag)
    german = manager.get(show.get_absolute_url(), headers={"accept-language": "de"})
    assert "Balkan auf Deutsch" in german.content.decode()


def test_only_offered_languages_have_a_field_and_others_are_kept(manager):
    save_translations({"Balkan beats": {"de": "Balkan", "fr": "Balkans"}})
    set_organisation(languages=["en", "de"])
    tag = Tag.objects.create(name="Balkan beats", slug="balkan")
    url = reverse("admin:shows_tag_change", args=[tag.pk])
    assert 'name="name_fr"' not in manager.get(url).content.decode()
    manager.post(url, {"name": tag.name, "slug": tag.slug, "name_de": "Neu"})
    assert translations_of([tag.name]) == {tag.name: {"de": "Neu", "fr": "Balkans"}}


def test_a_text_that_is_corrected_keeps_its_translations(manager):
    tag = Tag.objects.create(name="Balkan beat", slug="balkan")
    save_translations({"Balkan beat": {"de": "Balkan"}})
    url = reverse("admin:shows_tag_change", args=[tag.pk])
    manager.post(url, {"name": "Balkan beats", "slug": tag.slug, "name_de": "Balkan"})
    assert shown("Balkan beats", "de") == "Balkan"


def test_concessions_are_translated_even_when_their_name_is_locked(manager):
    kind = ConcessionType.objects.create(name="Friends of the house", value=10, proof="Pin")
    url = reverse("admin:shows_concessiontype_change", args=[kind.pk])
    page = manager.get(url)
    form = page.context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    data = {
        name: value
        for name, value in values.items()
        if value not in (None, "") and value is not False
    }
    data |= {"name_de": "Freunde des Hauses", "proof_de": "Anstecknadel"}
    response = manager.post(url, data)
    assert response.status_code == 302, response.context["adminform"].form.errors
    assert shown("Friends of the house", "de") == "Freunde des Hauses"
    assert shown("Pin", "de") == "Anstecknadel"


def test_descriptions_of_shows_and_venues_are_shown_in_the_visitors_language(client):
    venue = make_venue(description="An old mill.", directions="Take the tram.", city="Vienna")
    show = make_show(title="Night", description="Songs\r\nof <b>night</b>.")
    save_translations(
        {
            venue.description: {"de": "Eine alte Mühle."},
            venue.directions: {"de": "Nehmen Sie die Tram."},
            show.description: {"de": "Lieder der <i>Nacht</i>."},
        }
    )
    german = {"accept-language": "de"}
    page = client.get(venue.get_absolute_url(), headers=german).content.decode()
    assert "Eine alte Mühle." in page and "Nehmen Sie die Tram." in page and "Wien" in page
    page = client.get(show.get_absolute_url(), headers=german).content.decode()
    assert "Lieder der &lt;i&gt;Nacht&lt;/i&gt;." in page
    assert "An old mill." in client.get(venue.get_absolute_url()).content.decode()


def test_the_list_takes_the_texts_in_use_and_translates_them(manager):
    Tag.objects.create(name="Balkan beats", slug="balkan")
    make_venue(city="Vienna")
    url = reverse("admin:organisation_translation_changelist")
    assert manager.get(url).status_code == 200
    action = reverse("admin:organisation_translation_add_texts")
    assert manager.get(action).status_code == 200 and not Translation.objects.exists()
    manager.post(action, {"confirmed": "1"})
    texts = set(Translation.objects.values_list("text", flat=True))
    assert {"Balkan beats", "Vienna"} <= texts and "" not in texts
    row = Translation.objects.get(text="Vienna")
    change = reverse("admin:organisation_translation_change", args=[row.pk])
    manager.post(change, {"text": "Vienna", "text_es": "Viena la bella"})
    assert shown("Vienna", "es") == "Viena la bella"
    assert add_used_texts() == 0


def test_a_text_cannot_be_added_twice(manager):
    Translation.objects.create(text="Bar")
    url = reverse("admin:organisation_translation_add")
    response = manager.post(url, {"text": "Bar", "text_de": "Theke"})
    assert response.status_code == 200
    assert "already" in str(response.context["adminform"].form.errors)


def test_those_who_may_only_see_a_genre_see_no_fields_of_translations(client):
    from django.contrib.auth.models import Permission

    clerk = make_user("c@example.org", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_tag"))
    tag = Tag.objects.create(name="Balkan beats", slug="balkan")
    client.force_login(clerk)
    page = client.get(reverse("admin:shows_tag_change", args=[tag.pk]))
    assert page.status_code == 200 and "name_de" not in page.content.decode()


def test_the_data_itself_is_not_translated():
    save_translations({"Night": {"de": "Nacht"}})
    assert (Show(title="Night").title, Venue(city="Night").city) == ("Night", "Night")
