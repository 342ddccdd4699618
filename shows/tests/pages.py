"""Read pages in tests."""

import re
from html import unescape

from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.shared_cache import clear_shared_cache
from organisation.current import current_organisation


def text(response):
    """Return the text of a page, without markup and with single spaces."""
    assert response.status_code == 200, response
    html = response.content.decode()
    html = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


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
