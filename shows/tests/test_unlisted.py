"""An unlisted show can be opened by its URL."""

import pytest
from django.urls import reverse

from shows.search import index_shows
from shows.tests.factories import make_performance, make_show

pytestmark = pytest.mark.django_db


def test_its_pages_open_and_no_list_contains_it(client):
    show = make_show(title="Clubabend", artists=["Ada"], is_unlisted=True)
    performance = make_performance(show=show)
    index_shows()
    assert client.get(show.get_absolute_url()).status_code == 200
    assert client.get(performance.get_absolute_url()).status_code == 200
    lists = ["/", "/shows/", "/shows/?q=clubabend", "/sitemap.xml", reverse("venues:list")]
    lists += [performance.venue.get_absolute_url(), "/api/v1/shows", "/api/v1/performances"]
    for path in lists:
        page = client.get(path)
        assert page.status_code == 200, path
        assert "Clubabend" not in page.content.decode(), path
        assert show.slug not in page.content.decode().replace("q=clubabend", ""), path
    assert client.get(f"/api/v1/shows/{show.slug}").status_code == 200
    assert client.get(f"/api/v1/performances/{performance.pk}").status_code == 200
