"""Pages of the admin without what is the same on all of them, for tests that open hundreds."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib import admin
from django.template.loader import get_template

FRAME = ("admin/nav_sidebar.html", "unfold/helpers/header.html")


@contextmanager
def bare_pages() -> Iterator[None]:
    """Render no sidebar and no header, and log no refused request with its traceback.

    They take a third of an ordinary page. A test that uses this opens some page with them as well.
    """
    requests = logging.getLogger("django.request")
    with pytest.MonkeyPatch.context() as patch:
        for name in FRAME:
            template = get_template(name).template
            patch.setattr(template, "nodelist", type(template.nodelist)())
        patch.setattr(type(admin.site), "get_sidebar_list", lambda site, request: [])
        patch.setattr(requests, "level", logging.ERROR)
        requests.manager._clear_cache()
        yield
    requests.manager._clear_cache()
