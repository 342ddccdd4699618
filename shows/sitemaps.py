"""sitemap.xml and robots.txt."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.absolute_urls import absolute
from core.public_pages import public_page
from venues.models import Venue

from .models import Artist, Show

# Pages that are somebody's own, or hold nothing to find.
# Not a lock, and baskets and orders are left out on purpose: to a robot they answer 404, and an
# address that it may not ask for it may list all the same (docs/decisions/0181).
_NOT_FOR_ROBOTS = ("/accounts/", "/admin/", "/door/", "/letters/", "/pay/")


class _OurSitemap(Sitemap):
    """Addresses as SITE_URL says, whatever host the request came by."""

    protocol = urlsplit(settings.SITE_URL).scheme
    limit = 5000

    def get_domain(self, site=None):
        return urlsplit(settings.SITE_URL).netloc


class FrontPages(_OurSitemap):
    def items(self):
        return ["shows:home", "shows:list", "venues:list"]

    def location(self, item):
        return reverse(item)


class Shows(_OurSitemap):
    def items(self):
        return Show.objects.published().order_by("pk")


class Artists(_OurSitemap):
    def items(self):
        return Artist.objects.filter(shows__in=Show.objects.published()).distinct().order_by("pk")


class Venues(_OurSitemap):
    def items(self):
        return Venue.objects.current().order_by("pk")


SITEMAPS = {"pages": FrontPages, "shows": Shows, "artists": Artists, "venues": Venues}


@require_safe
@public_page(60, query=["p"])
def sitemap_xml(request):
    return sitemap(request, sitemaps=SITEMAPS)


@require_safe
@public_page(60)
def robots(request):
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _NOT_FOR_ROBOTS)]
    lines.append(f"Sitemap: {absolute(reverse('sitemap'))}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
