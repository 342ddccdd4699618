import pytest
from django.urls import reverse

from shows.tests.factories import make_show, make_venue

pytestmark = pytest.mark.django_db


def test_the_sitemap_lists_public_pages_at_the_site_url(client, settings):
    show = make_show(artists=["Ida Blank", "Nils Frahm"])
    make_show(artists=["Ida Blank"])
    hidden = make_show(is_published=False, artists=["Ghost"])
    venue = make_venue()
    response = client.get("/sitemap.xml", headers={"host": "evil.example"})
    assert response["Content-Type"].startswith("application/xml")
    page = response.content.decode()
    for address in ["/", "/shows/", "/venues/", show.get_absolute_url(), venue.get_absolute_url()]:
        assert page.count(f"<loc>{settings.SITE_URL}{address}</loc>") == 1
    artist = show.artists.get(name="Ida Blank")
    assert page.count(artist.get_absolute_url()) == 1
    assert hidden.get_absolute_url() not in page
    assert "ghost" not in page
    assert "evil.example" not in page


def test_robots_txt_excludes_private_pages(client, settings):
    response = client.get("/robots.txt")
    lines = response.content.decode().splitlines()
    assert response["Content-Type"].startswith("text/plain")
    assert lines[0] == "User-agent: *"
    assert {"Disallow: /accounts/", "Disallow: /admin/", "Disallow: /pay/"} <= set(lines)
    unsubscribe = reverse("emails:unsubscribe", args=["token"])
    assert any(unsubscribe.startswith(line.removeprefix("Disallow: ")) for line in lines)
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in lines


@pytest.mark.parametrize("address", ["/sitemap.xml", "/robots.txt"])
def test_they_are_cached_for_a_minute(client, address, django_assert_num_queries):
    assert "s-maxage=60" in client.get(address)["Cache-Control"]
    with django_assert_num_queries(0):
        client.get(address)
