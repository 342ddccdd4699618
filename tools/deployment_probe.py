"""Use a deployed site as people do: see `tools/try_deployment.py`. Runs as the service's user."""

import base64
import http.cookiejar
import json
import os
import re
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

SITE = "https://tickets.example.org"
FAN = "fan@tickets.example.org"
STAFF = {"login": "staff@tickets.example.org", "password": "a long pass phrase"}
MAIL = Path(os.environ.get("PROBE_MAIL", "/var/mail-taken"))
STATE = Path(os.environ.get("PROBE_STATE", "/var/tmp/probe.json"))  # noqa: S108
WATCHED = Path("/tmp/probe.watched")  # noqa: S108
WITHIN = 180  # Seconds for whatever happens in the background.
POSTER = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
)

cookies = http.cookiejar.CookieJar()


def main(moment):
    sys.path.insert(0, os.getcwd())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concert.settings")
    from core import dotenv

    dotenv.load()
    import django

    django.setup()
    MOMENTS[moment]()
    print(f"OK: {moment}")


def use_for_the_first_time():
    wait_for_status(worker="ok", clock="ok")
    for path in ["/", "/shows/", "/door/", "/admin/login/", "/api/v1/docs", "/sitemap.xml"]:
        assert ask(path)[0] == 200, path
    order = sell_a_free_ticket()
    check_that_nothing_is_given_away(order)
    wait_until(lambda: is_mailed(order), "the tickets were never mailed")
    sell_for_cash()
    sign_in()
    STATE.write_text("{}")
    remember(codes=codes_of_tickets(), picture=upload_a_picture(), session=session_of_cookies())
    check_what_was_there()


def check_what_was_there():
    """Check that the tickets sold, the uploaded picture and the session are still good."""
    wait_for_status(worker="ok", clock="ok")
    from bookings.documents.ticket_codes import read_code

    state = json.loads(STATE.read_text())
    assert state["codes"].keys() == codes_of_tickets().keys(), "other tickets than before"
    for pk, code in state["codes"].items():
        assert read_code(code).ticket == int(pk)  # Raises if the signature is not ours.
    status, body = ask(state["picture"])
    assert status == 200, status
    assert body[:4] == b"RIFF", body[:20]
    sessionid = {"Cookie": f"sessionid={state['session']}"}
    assert b"Log out" in ask("/admin/", **sessionid)[1], "signed out"
    # Django gives a session a new name when it meets it first under a new key.
    remember(session=session_of_cookies() or state["session"])


def sell_once_more():
    """Check that what was there is there, and sell and mail another ticket."""
    check_what_was_there()
    order = sell_a_free_ticket()
    wait_until(lambda: is_mailed(order), "the tickets were never mailed")
    remember(codes=codes_of_tickets())


def watch():
    """Ask for pages until the file is removed, and note in it whatever is not a page."""
    WATCHED.write_text("")
    while WATCHED.exists():
        # Another address each time, so that nginx has no answer of its own.
        status, _body = ask(f"/?{time.monotonic()}")
        if status != 200 and WATCHED.exists():
            with WATCHED.open("a") as file:
                file.write(f"{status}\n")
        time.sleep(0.05)


def end_watch():
    found = WATCHED.read_text()
    WATCHED.unlink()
    assert not found, f"not every page was answered: {found.split()}"


MOMENTS = {
    "first": use_for_the_first_time,
    "unchanged": check_what_was_there,
    "sell": sell_once_more,
    "watch": watch,
    "watched": end_watch,
    "without worker": lambda: wait_for_status(worker="stopped", clock="ok"),
    "without clock": lambda: wait_for_status(worker="not known", clock="stopped"),
    "new release": lambda: check_release("2"),
    "former release": lambda: check_release(None),
}


def remember(**facts):
    STATE.write_text(json.dumps(json.loads(STATE.read_text()) | facts))


def session_of_cookies():
    return next((cookie.value for cookie in cookies if cookie.name == "sessionid"), None)


def ask(path, data=None, method=None, **headers):
    """Ask the site through nginx; return (status, body). The certificate may be anybody's."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    opener = urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=context), urllib.request.HTTPCookieProcessor(cookies)
    )
    if isinstance(data, dict):
        data = json.dumps(data).encode()
        headers.setdefault("Content-Type", "application/json")
    request = urllib.request.Request(urllib.parse.urljoin(SITE, path), data, headers, method=method)
    try:
        with opener.open(request, timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def wait_until(holds, complaint):
    for _ in range(WITHIN):
        if holds():
            return
        time.sleep(1)
    raise SystemExit(complaint)


def wait_for_status(**expected):
    """Wait until `/readyz` says this of each part; the site is open all the while."""
    last = {}

    def as_expected():
        try:
            status, body = ask("/readyz")
        except OSError:
            return False
        last.update(json.loads(body) if status == 200 else {"status": status})
        return status == 200 and all(
            last.get(name, "").startswith(text) for name, text in expected.items()
        )

    wait_until(as_expected, f"/readyz never said {expected}, but {last}")
    print(last)


def check_that_nothing_is_given_away(order):
    """Without a provider, no paid ticket can be had online, and the demo provider is not there."""
    status, body = hold_one(make_performance("Paid", price=10), new_guest())
    assert status == 409, (status, body)
    assert ask("/pay/demo/anything/")[0] == 404
    assert ask("/pay/webhooks/demo/", {})[0] == 404
    assert ask(f"/api/v1/orders/{order}/payment", {"demo": True})[0] in (404, 422)


def sell_a_free_ticket():
    """Order as a guest of the API; return the reference."""
    guest = new_guest()
    status, hold = hold_one(make_performance("Free", price=0), guest)
    assert status == 201, hold
    details = {"hold": hold["token"], "quote": hold["quote"], "email": FAN, "name": "Fan"}
    order = json.loads(ask("/api/v1/orders", details, **guest)[1])
    assert order["status"] == "paid", order
    return order["reference"]


def sell_for_cash():
    """Open a till and sell a ticket from the command line."""
    from accounts.models import User
    from finance.till.sessions import open_till

    cashier = User.objects.get(email=STAFF["login"])
    open_till(cashier=cashier, till="Counter", currency="EUR", opening_float=Decimal(50))
    performance = make_performance("Counter", price=10)
    manage = [sys.executable, "manage.py", "boxoffice", "sell", str(performance.pk), "1"]
    manage += ["--email", FAN, "--name", "Fan", "--paid", "cash", "--by", STAFF["login"]]
    subprocess.run(manage, check=True)


def make_performance(name, *, price):
    """Put a performance of 50 standing places on sale."""
    from django.utils import timezone

    from bookings.staff_operations.put_on_sale import put_on_sale
    from shows.models import Performance, PriceCategory, Show
    from venues.models import Venue
    from venues.plans import add_plan_version
    from venues.simple_plans import SectionSpec, simple_plan

    venue = Venue.objects.filter(slug="club").first() or Venue.objects.create(
        name="Club", slug="club", address="1 High Street", city="Leeds", country="GB",
        time_zone="Europe/London",
    )  # fmt: skip
    draft = simple_plan(name, [SectionSpec(name="Floor", standing=50, category="Floor")])
    plan = add_plan_version(venue=venue, name=f"{name} {time.time()}", draft=draft)
    now = timezone.now()
    show, _new = Show.objects.get_or_create(title=name, slug=name.lower())
    performance = Performance.objects.create(
        show=show, venue=venue, plan=plan, starts_at=now + timedelta(days=7),
        on_sale_from=now - timedelta(hours=1),
    )  # fmt: skip
    PriceCategory.objects.create(performance=performance, name="Floor", price=price, fee=0)
    put_on_sale(performance=performance, actor="system")
    return performance


def new_guest():
    """Return the headers by which the API knows a new guest."""
    return {"X-Visitor": json.loads(ask("/api/v1/visitors", {})[1])["visitor"]}


def hold_one(performance, guest):
    status, body = ask(f"/api/v1/performances/{performance.pk}/holds", {"best": 1}, **guest)
    return status, json.loads(body)


def is_mailed(reference):
    text = MAIL.read_text(errors="replace")
    return reference in text and "application/pdf" in text


def sign_in():
    token = csrf_token(ask("/admin/")[1])
    form = urllib.parse.urlencode(STAFF | {"csrfmiddlewaretoken": token, "next": "/admin/"})
    status, body = ask("/accounts/login/", form.encode(), Referer=f"{SITE}/accounts/login/")
    assert (status, b"Log out" in body) == (200, True), body.partition(b"<main")[2]


def csrf_token(page):
    return re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page).group(1).decode()


def upload_a_picture():
    """Upload a poster with an API key; return its address on the site."""
    from accounts.models import User
    from api.keys import make_key

    owner = User.objects.get(email=STAFF["login"])
    _key, secret = make_key(owner=owner, name="Probe", scopes=["catalogue"])
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n'
    body += b"Content-Type: image/png\r\n\r\n" + POSTER + b"\r\n--x--\r\n"
    headers = {
        "Content-Type": "multipart/form-data; boundary=x",
        "X-API-Key": secret,
    }
    status, answer = ask("/api/v1/staff/shows/free/picture", body, "POST", **headers)
    assert status == 200, answer
    return json.loads(answer)["picture"]["url"]


def codes_of_tickets():
    from bookings.documents.ticket_codes import code_of
    from bookings.models import Ticket

    return {str(ticket.pk): code_of(ticket) for ticket in Ticket.objects.all()}


def check_release(expected):
    status, body = ask(f"/static/release.txt?{time.monotonic()}")
    code = ask("/release")
    found = (body.decode().strip(), code) if status == 200 else (None, None)
    if expected is None:
        assert code[0] == 404, code
    else:
        assert found == (expected, (200, expected.encode())), found


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]))
