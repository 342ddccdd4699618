"""sitemap.xml and robots.txt."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.links import absolute
from core.public_pages import public_page
from venues.models import Venue

from .models import Artist, Show

# Private pages, and pages without content. This protects nothing. Baskets and orders are missing
# on purpose: they answer 404 to robots, which may list URLs that they may not fetch
# (docs/decisions/0181).
_NOT_FOR_ROBOTS = ("/accounts/", "/admin/", "/door/", "/emails/", "/pay/")


class _OurSitemap(Sitemap):
    """A sitemap with URLs at SITE_URL, whatever the request's host."""

    protocol = urlsplit(settings.SITE_URL).scheme
    limit = 5000

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc


class FrontPages(_OurSitemap):
    def items(self) -> list[str]:
        return ["shows:home", "shows:list", "venues:list"]

    def location(self, item: str) -> str:
        return reverse(item)


class Shows(_OurSitemap):
    def items(self) -> QuerySet[Show]:
        return Show.objects.published().order_by("pk")


class Artists(_OurSitemap):
    def items(self) -> QuerySet[Artist]:
        return Artist.objects.filter(shows__in=Show.objects.published()).distinct().order_by("pk")


class Venues(_OurSitemap):
    def items(self) -> QuerySet[Venue]:
        return Venue.objects.current().order_by("pk")


SITEMAPS = {"pages": FrontPages, "shows": Shows, "artists": Artists, "venues": Venues}


@require_safe
@public_page(60, query=["p"])
def sitemap_xml(request: HttpRequest) -> HttpResponse:
    return sitemap(request, sitemaps={**SITEMAPS})


@require_safe
@public_page(60)
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _NOT_FOR_ROBOTS)]
    lines.append(f"Sitemap: {absolute(reverse('sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
