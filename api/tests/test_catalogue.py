from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from api.tests.callers import Program
from bookings.tests.factories import make_sale
from shows.models import MediaLink, Performance, ShowPicture
from shows.search import index_shows
from shows.tests.factories import make_performance, make_show, make_venue

pytestmark = pytest.mark.django_db


def test_it_returns_shows_and_their_performances():
    show = make_show(title="Nachtmusik", artists=["Ada"], tags=["Jazz"])
    make_performance(show=show, concessions={"Student": 50})
    index_shows()
    listed = Program().get("/shows", {"q": "nachtm"}).json()
    assert [(row["title"], row["artists"]) for row in listed["items"]] == [("Nachtmusik", ["Ada"])]
    detail = Program().get(f"/shows/{show.slug}").json()
    performance = detail["performances"][0]
    assert performance["starts_at"].endswith("Z")
    assert performance["time_zone"] == "Europe/Berlin"
    assert performance["prices"][0]["price"] == {"amount": "45.00", "currency": "EUR"}
    assert performance["concessions"][0]["percent_off"] == 50


def test_it_filters_and_paginates():
    for day in range(3):
        make_performance(starts_in=timedelta(days=day + 1))
    page = Program().get("/performances", {"limit": 2, "offset": 2}).json()
    assert (page["count"], len(page["items"])) == (3, 1)
    assert Program().get("/performances", {"limit": 0}).status_code == 422
    assert Program().get("/performances", {"venue": "none"}).json()["count"] == 0


def test_drafts_are_not_found():
    draft = make_performance(status="draft")
    for path in ("", "/availability", "/seats", "/plan"):
        assert Program().get(f"/performances/{draft.pk}{path}").status_code == 404


def test_availability_is_not_sent_again_if_unchanged():
    sale = make_sale()
    first = Program().get(f"/performances/{sale.pk}/availability")
    assert first.json()["available"] == 50
    again = Program().get(
        f"/performances/{sale.pk}/availability", **{"If-None-Match": first["ETag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


def test_it_returns_the_plan_in_the_open_format():
    sale = make_sale()
    plan = Program().get(f"/performances/{sale.pk}/plan").json()
    assert len(plan["zones"][0]["rows"]) == 5


@pytest.mark.parametrize("path", ["/shows", "/performances", "/venues"])
@pytest.mark.usefixtures("keep_caches")
def test_the_number_of_queries_does_not_grow_with_the_rows(path):
    def queries():
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert Program().get(path).status_code == 200
        return len(found)

    make_performance(show=make_show(artists=["Ada"], tags=["Jazz"]))
    few = queries()
    for _ in range(4):
        make_performance(show=make_show(artists=["Ada", "Bo"], tags=["Jazz"]))
        make_venue()
    assert queries() == few


def test_a_show_has_pictures_links_and_performers(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    show = make_show(artists=["Ada"])
    make_performance(show=show)
    show.artists.update(description="Loud.", website="https://ada.example/")
    file = ContentFile(b"x", name="stage.webp")
    picture = ShowPicture.objects.create(show=show, picture=file, text="On stage")
    MediaLink.objects.create(show=show, kind="audio", title="Song", url="https://a.example/1")
    detail = Program().get(f"/shows/{show.slug}").json()
    assert detail["pictures"] == [
        {"url": f"{settings.SITE_URL}{picture.picture.url}", "text": "On stage"}
    ]
    assert detail["media_links"] == [
        {"kind": "audio", "title": "Song", "url": "https://a.example/1"}
    ]
    (performer,) = detail["performers"]
    assert (performer["name"], performer["description"]) == ("Ada", "Loud.")
    assert performer["website"] == "https://ada.example/"
    assert performer["url"].endswith(show.artists.get().get_absolute_url())


def test_a_performance_says_whether_it_takes_place_as_announced():
    performance = make_performance()
    path = f"/performances/{performance.pk}"

    def told():
        found = Program().get(path).json()
        return found["event_status"], found["moved_from"]

    assert told() == ("scheduled", None)
    before = performance.starts_at.replace(microsecond=0) - timedelta(days=7)
    Performance.objects.update(moved_from=before)
    assert told() == ("rescheduled", f"{before:%Y-%m-%dT%H:%M:%S}Z")
    Performance.objects.update(status=Performance.Status.CANCELLED)
    assert told()[0] == "cancelled"
