"""The decorator and its middleware, on test views. Real pages are tested in their apps."""

import gzip
import time

import pytest
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import include, path
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.public_pages import bypass_middleware, public_page
from core.shared_cache import clear_shared_cache
from shows.tests.factories import make_user

pytestmark = [pytest.mark.urls("core.tests.test_public_pages"), pytest.mark.django_db]

made = []


@require_safe
@public_page(1, query=["city", "page"], uncached=["q"])
def page(request):
    made.append(request.get_full_path())
    part = "fragment" if request.htmx else "page"
    return HttpResponse(
        f"{part} {len(made)} {request.META['QUERY_STRING']} {get_language()} {request.method}"
        + " padding" * 50
    )


@public_page(1)
def sets_cookie(request):
    response = HttpResponse("hello")
    response.set_cookie("taste", "jazz")
    return response


@public_page(1)
def opens_session(request):
    return HttpResponse(f"hello {request.user}")


@public_page(1)
def missing(request):
    made.append("missing")
    raise Http404


@public_page(1)
def moved(request):
    made.append("moved")
    return HttpResponseRedirect("/page/")


@public_page(1)
@never_cache
def refused(request):
    made.append("refused")
    return HttpResponse(f"refused {len(made)}")


@public_page(1)
def broken(request):
    made.append("broken")
    if len(made) > 1:
        raise RuntimeError("a bug")
    return HttpResponse("well")


def ordinary(request):
    made.append("ordinary")
    return HttpResponse("ordinary")


@bypass_middleware
def impersonal(request):
    return HttpResponse(str(hasattr(request, "user") or hasattr(request, "session")))


urlpatterns = [
    path("impersonal/", impersonal),
    path("page/", page),
    path("other/", page),
    path("cookie/", sets_cookie),
    path("session/", opens_session),
    path("missing/", missing),
    path("moved/", moved),
    path("refused/", refused),
    path("broken/", broken),
    path("ordinary/", ordinary),
    path("", include("concert.urls")),  # The base template of the error pages links there.
]


@pytest.fixture(autouse=True)
def nothing_made():
    made.clear()


def body(response):
    return response.content.decode().removesuffix(" padding" * 50)


def test_it_is_built_once_for_many_visitors(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        bodies = {body(client.get("/page/")) for _ in range(5)}
    assert bodies == {"page 1  en GET"}


def test_other_urls_are_other_pages(client):
    assert body(client.get("/page/")) == "page 1  en GET"
    assert body(client.get("/other/")) == "page 2  en GET"


def test_another_process_returns_exactly_the_same(client):
    first = client.get("/page/")
    clear_shared_cache()
    second = client.get("/page/")
    assert (second.content, second.headers) == (first.content, first.headers)
    assert len(made) == 1


def test_shared_caches_may_store_it_and_browsers_revalidate(client):
    response = client.get("/page/")
    assert response["Cache-Control"] == "public, max-age=0, s-maxage=1"
    assert response["CDN-Cache-Control"] == "public, max-age=1, stale-while-revalidate=30"
    assert not response.cookies


def test_it_keeps_the_headers_of_the_other_middleware(client):
    client.get("/page/")
    response = client.get("/page/")
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Content-Type"] == "text/html; charset=utf-8"


def test_it_varies_by_language_fragment_and_encoding_but_not_by_cookie(client):
    varies = {part.strip() for part in client.get("/page/")["Vary"].split(",")}
    assert varies == {"Accept-Language", "HX-Request", "Accept-Encoding"}


def test_a_known_etag_gets_304(client):
    etag = client.get("/page/")["ETag"]
    response = client.get("/page/", headers={"if-none-match": f'"other", {etag}'})
    assert response.status_code == 304
    assert response.content == b""
    assert response["ETag"] == etag
    assert response["Cache-Control"].startswith("public")
    assert "Content-Type" not in response.headers
    assert len(made) == 1


def test_an_unknown_etag_gets_the_page(client):
    client.get("/page/")
    response = client.get("/page/", headers={"if-none-match": 'W/"0123456789abcdef01234567"'})
    assert response.status_code == 200


def test_the_first_request_may_already_know_the_etag(client):
    etag = client.get("/other/")["ETag"]
    clear_shared_cache()
    assert client.get("/other/", headers={"if-none-match": etag}).status_code == 304


def test_head_requests_get_no_body(client):
    for _ in range(2):
        response = client.head("/page/")
        assert response.status_code == 200
        assert response.content == b""
        assert int(response["Content-Length"]) > 100
    assert body(client.get("/page/")) == "page 1  en GET"


def test_it_is_compressed_for_clients_that_accept_it(client):
    plain = client.get("/page/")
    small = client.get("/page/", headers={"accept-encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert small["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.content) == plain.content
    assert int(small["Content-Length"]) == len(small.content) < len(plain.content)
    assert small["ETag"] == plain["ETag"]


def test_the_order_of_parameters_does_not_matter(client):
    first = client.get("/page/?city=Berlin&page=2")
    second = client.get("/page/?page=2&city=Berlin")
    assert body(first) == body(second) == "page 1 city=Berlin&page=2 en GET"


def test_empty_parameters_count_as_missing(client):
    client.get("/page/")
    client.get("/page/?city=&page=%20")
    assert len(made) == 1


def test_values_matter(client):
    addresses = ["?city=Berlin", "?city=Bonn", "?page=2", "?city=Berlin&page=2"]
    assert len({body(client.get(f"/page/{query}")) for query in addresses}) == 4


def test_a_repeated_parameter_makes_no_further_page(client):
    """Otherwise anybody could fill the cache with copies of one page."""
    page = body(client.get("/page/?city=Berlin"))
    assert page == "page 1 city=Berlin en GET"
    for query in ("?city=1&city=Berlin", "?city=2&city=3&city=Berlin", "?q=x&q=&city=Berlin"):
        assert body(client.get(f"/page/{query}")) == page
    assert len(made) == 1


def test_of_a_repeated_parameter_the_view_sees_the_usual_value(client):
    assert "city=Bonn en" in body(client.get("/page/?city=Berlin&city=Bonn"))
    assert body(client.get("/page/?city=Berlin&city=")) == "page 2  en GET"


def test_a_value_cannot_pass_for_another_parameter(client):
    client.get("/page/?city=Berlin%26page%3D2")
    assert body(client.get("/page/?city=Berlin&page=2")) == "page 2 city=Berlin&page=2 en GET"


def test_other_parameters_are_removed(client):
    response = client.get("/page/?utm_source=evil&city=Berlin")
    assert b"evil" not in response.content
    assert made == ["/page/?city=Berlin"]
    client.get("/page/?city=Berlin")
    assert len(made) == 1


def test_uncached_parameters_are_public_but_rendered_anew(client):
    first, second = client.get("/page/?q=jazz"), client.get("/page/?q=jazz")
    assert (body(first), body(second)) == ("page 1 q=jazz en GET", "page 2 q=jazz en GET")
    assert second["Cache-Control"].startswith("public")
    client.get("/page/?q="), client.get("/page/")
    assert len(made) == 3


def test_languages_are_separate(client):
    english = client.get("/page/")
    german = client.get("/page/", headers={"accept-language": "de-AT,de;q=0.9"})
    assert (body(english), body(german)) == ("page 1  en GET", "page 2  de GET")
    assert german["Content-Language"] == "de"
    unknown = client.get("/page/", headers={"accept-language": "tlh"})
    assert body(unknown) == "page 1  en GET"


def test_fragments_are_separate_and_not_stored_by_shared_caches(client):
    whole = client.get("/page/")
    part = client.get("/page/", headers={"hx-request": "true"})
    again = client.get("/page/", headers={"hx-request": "true"})
    assert (body(whole), body(part)) == ("page 1  en GET", "fragment 2  en GET")
    assert body(again) == body(part)
    assert part["Cache-Control"] == "private, no-store"
    assert "CDN-Cache-Control" not in part.headers


def test_logged_in_users_get_their_own_page(client):
    client.get("/page/")
    client.force_login(make_user())
    mine = client.get("/page/")
    assert body(mine) == "page 2  en GET"
    assert mine["Cache-Control"] == "private, no-store"
    assert "ETag" not in mine.headers

    client.logout()
    assert body(client.get("/page/")) == "page 1  en GET"


def test_a_personal_page_is_never_stored(client):
    client.force_login(make_user())
    client.get("/page/")
    client.logout()
    assert body(client.get("/page/")) == "page 2  en GET"


def test_a_pending_message_makes_the_page_personal(client):
    client.get("/page/")
    client.cookies["messages"] = "x"
    response = client.get("/page/")
    assert response["Cache-Control"] == "private, no-store"
    assert len(made) == 2


def test_other_cookies_do_not(client):
    client.get("/page/")
    client.cookies["basket"] = "2.1790000000"
    assert client.get("/page/")["Cache-Control"].startswith("public")
    assert len(made) == 1


@pytest.mark.parametrize("address", ["/missing/", "/moved/", "/refused/"])
def test_other_status_codes_are_not_stored(client, address):
    for _ in range(2):
        response = client.get(address)
        assert "public" not in response.headers.get("Cache-Control", "")
    assert len(made) == 2


@pytest.mark.parametrize("address", ["/cookie/", "/session/"])
def test_a_page_that_reads_the_session_is_not_stored_and_is_logged(client, address, caplog):
    response = client.get(address)
    assert response["Cache-Control"] == "private, no-store"
    assert f"{address} is public but" in caplog.text


def test_the_previous_page_is_served_while_building_fails(client):
    client.raise_request_exception = False
    assert client.get("/broken/").status_code == 200
    time.sleep(1.1)
    response = client.get("/broken/")
    assert (response.status_code, response.content) == (200, b"well")
    assert len(made) == 2


def test_an_error_without_a_previous_page_is_raised(client):
    client.raise_request_exception = False
    made.append("before")
    assert client.get("/broken/").status_code == 500


def test_post_requests_reach_the_view(client):
    assert client.post("/page/").status_code == 405


def test_other_views_are_not_affected(client):
    for _ in range(2):
        assert "Cache-Control" not in client.get("/ordinary/").headers
    assert len(made) == 2


def test_answering_from_the_cache_does_not_read_the_visitor(client):
    client.force_login(make_user())
    response = client.get("/impersonal/")
    assert response.content == b"False"
    assert "Vary" not in response
