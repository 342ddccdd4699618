from types import SimpleNamespace

from core.context_processors import visitor
from core.version import VERSION


class Untouchable:
    """A user whose attributes must not be read."""

    @property
    def is_authenticated(self):
        raise AssertionError("the session was opened for a visitor who brought none")


def test_it_opens_no_session_for_a_visitor_without_a_cookie(rf):
    request = rf.get("/")
    request.user = Untouchable()
    assert visitor(request)["signed_in"] is False


def test_it_distinguishes_logged_in_users_from_sessions(rf):
    request = rf.get("/")
    request.COOKIES["sessionid"] = "anything"
    request.user = SimpleNamespace(is_authenticated=False)
    assert visitor(request)["signed_in"] is False
    request.user = SimpleNamespace(is_authenticated=True)
    assert visitor(request)["signed_in"] is True


def test_it_marks_the_current_page_of_the_navigation(rf):
    assert visitor(rf.get("/orders/"))["nav_page"] == "/orders/"
    assert visitor(rf.get("/orders/ABCDEF/"))["nav_page"] == ""


def test_it_provides_the_version(rf):
    assert visitor(rf.get("/"))["version"] == VERSION
