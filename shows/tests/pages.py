"""Pages of the site and of the admin in tests."""

import re
from html import unescape
from io import BytesIO

from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from core.shared_cache import clear_shared_cache
from organisation.current import current_organisation


def text(response):
    """Return the text of a page, without markup and with single spaces."""
    assert response.status_code == 200, response
    html = response.content.decode()
    html = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def open_filters(page):
    """Open the filters of the list of shows, which are closed on a phone."""
    summary = page.locator(".filters-details > summary")
    if summary.is_visible():
        summary.click()


def links(response):
    """Return the URLs that a page links to."""
    return [unescape(each) for each in re.findall(r'<a\b[^>]*\bhref="([^"]*)"', _html(response))]


def queries_of(client, address, **headers):
    """Return how many queries it takes to build the page."""
    cache.clear()
    clear_shared_cache()
    current_organisation()  # Read once a second, whatever the page.
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address, **headers).status_code == 200
    return len(queries)


def _html(response):
    return response.content.decode()


def address(model, page="changelist", *arguments):
    return reverse(f"admin:shows_{model}_{page}", args=arguments)


def poster(image_format="PNG"):
    content = BytesIO()
    Image.new("RGB", (1000, 1400), "#1133cc").save(content, image_format)
    return SimpleUploadedFile("poster.png", content.getvalue())
