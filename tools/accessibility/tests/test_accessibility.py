"""The accessibility check on our pages, and on a page with planted faults."""

import pytest

from accounts.tests.factories import make_user
from bookings.tests.factories import make_sale, seated
from tools.accessibility.checks import WINDOW, check_page, check_without_script
from tools.accessibility.criteria import ADDED, CRITERIA, Findings, criterion_of_tag
from tools.accessibility.report import shorten, summarise, write
from tools.accessibility.visits import Visit, press_first
from tools.accessibility.visits.seat_maps import find_offline
from tools.accessibility.visits.sessions import session_cookie
from tools.accessibility.walk import Walk

pytestmark = pytest.mark.django_db(transaction=True)

FAULTS = """<title>Faults</title><main><a href="#x">Skip</a><h1 id="x">Faults</h1>
<form><input name="field"> <label>Password <input type="password" id="pass"></label>
<button class="btn pale">Pale text</button></form>
<div class="row"><a class="small" href="/a/">a</a><a class="small" href="/b/">b</a></div>
<p class="wide">A very wide paragraph</p><p class="cut">Some text that is cut off below</p>
<a class="plain" href="/">Focus that nobody sees</a>
<p class="spins">It turns for ever</p><img src="/x.png">
<div id="trap" tabindex="0">A trap</div><a href="/after/">After the trap</a></main>"""
STYLES = """.pale { color: #ccc; background: #fff; border: 1px solid #eee }
.wide { width: 900px } .cut { height: 20px; width: 60px; overflow: hidden; line-height: 20px }
.plain:focus { outline: none } .row { display: flex }
.small { display: block; width: 9px; height: 9px; font-size: 8px }
.spins { animation: 1s turn infinite } @keyframes turn { to { rotate: 360deg } }"""
OTHER_FAULTS = """<nav><a href="/n/">News</a></nav><main><h1>Other faults</h1>
<p lang="x">A language that does not exist</p>
<video src="/v.mp4"></video> <a href="/a/" accesskey="a">A shortcut key</a>
<form><label>Your address <input class="pale" type="email"></label></form>
<p class="own">Colours of its own</p> <a class="shadow" href="/s/">A ring of shadow</a>
<button tabindex="-1">Never reached</button>
<a class="below" href="/b/">Covered</a><div class="cover"></div></main>"""
OTHER_STYLES = """.pale { border: 1px solid #eee; background: #fff }
.own { forced-color-adjust: none }
.shadow:focus { outline: none; box-shadow: 0 0 0 3px #000 }
.below { position: fixed; bottom: 9px } .cover { position: fixed; inset: 70% 0 0; background: #fff }
"""
PLANT = """([html, styles, title]) => {
    document.title = title;
    document.documentElement.removeAttribute("lang");
    for (const sheet of document.querySelectorAll("link[rel=stylesheet]")) sheet.remove();
    document.body.innerHTML = html;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    document.adoptedStyleSheets = [sheet];
    document.getElementById("trap")?.addEventListener("keydown", event => {
        if (event.key === "Tab") { event.preventDefault(); event.target.focus(); }
    });
    document.getElementById("trap")?.addEventListener("focus", () => { location.hash = "led"; });
    document.getElementById("pass")?.addEventListener("paste", event => event.preventDefault());
}"""


def walk_of(browser, live_server, visits):
    walk = Walk(browser)
    walk.visit_all(live_server.url, visits)
    return walk


def check_planted(browser_context, live_server, *plant):
    """Check a page with planted faults; return a function of what was found for a criterion."""
    page = browser_context(base_url=live_server.url, viewport=WINDOW).new_page()
    page.goto("/help/")
    page.evaluate(PLANT, plant)
    findings = Findings(address=live_server.url)
    check_page(page, "planted", findings, is_error=True)
    return lambda criterion: " ".join(
        f"{one['state']}: {one['fault']}" for one in findings.failures[criterion]
    )


def test_planted_faults_are_found(browser_context, live_server):
    found = check_planted(browser_context, live_server, FAULTS, STYLES, "Faults")
    assert "image without a name: <img" in found("1.1.1")
    assert "<input name=" in found("4.1.2") and "textbox without a name" in found("4.1.2")
    assert "Pale text" in found("1.4.3")
    assert "200 %" in found("1.4.4") and "400 %: 9" in found("1.4.10")
    assert "cut off" in found("1.4.12")
    assert "A trap" in found("2.1.2") and "#led" in found("3.2.1")
    assert "moves: <p> It turns" in found("2.2.2") and "endless animation" in found("2.3.1")
    assert "Focus that nobody sees" in found("2.4.7")
    assert "small" in found("2.5.8")
    assert "no language" in found("3.1.1")
    assert "refuses to paste" in found("3.3.8")
    assert "nothing announces the error" in found("4.1.3")
    assert live_server.url not in found("3.2.1")


def test_other_planted_faults_are_found(browser_context, live_server):
    found = check_planted(browser_context, live_server, OTHER_FAULTS, OTHER_STYLES, "")
    assert "<video>" in found("1.2.2")
    assert "no autocomplete" in found("1.3.5")
    assert "forced colours: <p> Colours of its own" in found("1.4.3")
    assert "Your address" in found("1.4.11") or "<input>" in found("1.4.11")
    assert "Never reached" in found("2.1.1")
    assert "A shortcut key" in found("2.1.4")
    assert "no link to the content" in found("2.4.1") and "no title" in found("2.4.2")
    assert "forced colours: <a> A ring of shadow" in found("2.4.7")
    assert "Covered" in found("2.4.11")
    assert "A language" in found("3.1.2")


def test_our_pages_pass(browser, live_server, page):
    performance = make_sale(sections=[seated(rows=2, seats=4)])  # Each seat is checked.
    visits = [
        Visit("account", "log in, errors", "/accounts/login/", press_first, is_error=True),
        Visit("texts", "help", "/help/"),
        Visit("map", "small", performance.get_absolute_url()),
        # What is said and what is fixed covers nothing that has the focus, also at 400 %.
        Visit("map", "offline", performance.get_absolute_url(), find_offline, needs_script=True),
    ]
    walk = walk_of(browser, live_server, visits)
    assert not walk.unopened and len(walk.states) == 7
    assert {number: faults for number, faults in walk.findings.failures.items() if faults} == {}
    assert walk.findings.checks["2.1.2"]["Tab leads on from every control"] == 8


def test_a_page_that_needs_javascript_is_found(browser_context, live_server):
    page = browser_context(javascript=False, base_url=live_server.url, viewport=WINDOW).new_page()
    page.goto("/accounts/login/")
    page.locator("main form .btn-primary").first.evaluate("it => it.type = 'button'")
    findings = Findings()
    check_without_script(page, "log in", findings)
    faults = " ".join(one["fault"] for one in findings.failures["2.1.1"])
    assert 'action="/accounts/login/"' in faults and ">Log in</button>" in faults
    assert {one["state"] for one in findings.failures["2.1.1"]} == {"log in, no JavaScript"}


def test_menus_that_differ_are_found(browser, live_server):
    walk = walk_of(browser, live_server, [])
    walk.landmarks = {
        "one": {"menu": ["/shows/", "/venues/"], "help": ["/help/"]},
        "two": {"menu": ["/venues/", "/shows/"], "help": ["/help/"]},
    }
    walk._compare()
    assert [one["state"] for one in walk.findings.failures["3.2.3"]] == ["two"]
    assert not walk.findings.failures["3.2.6"]


def test_a_state_that_cannot_be_opened_is_reported(browser, live_server):
    def act(page):
        page.locator("#nothing").click(timeout=10)

    walk = walk_of(browser, live_server, [Visit("texts", "nowhere", "/help/", act)])
    assert list(walk.unopened) == ["texts: nowhere", "texts: nowhere, no JavaScript"]


def test_a_page_other_than_the_one_meant_is_reported(browser, live_server):
    visits = [
        Visit("texts", "terms", "/no-such-page/", needs_script=True),
        Visit("texts", "page not found", "/no-such-page/", needs_script=True, status=404),
        Visit("account", "profile", "/accounts/profile/", needs_script=True),
    ]
    walk = walk_of(browser, live_server, visits)
    assert walk.unopened == {
        "texts: terms": "/no-such-page/ answers with status 404.",
        "account: profile": "/accounts/profile/ leads to /accounts/login/.",
    }
    assert walk.states == ["texts: page not found"]


def test_an_account_is_logged_in_and_has_just_entered_its_password(browser_context, live_server):
    user = make_user("gina@example.org")
    page = browser_context(base_url=live_server.url).new_page()
    page.context.add_cookies([session_cookie(user.email, live_server.url)])
    # Another session would be asked to confirm the password.
    page.goto("/accounts/2fa/totp/activate/")
    assert page.url.endswith("/accounts/2fa/totp/activate/")


def test_what_is_published_names_no_machine(browser, live_server):
    walk = walk_of(browser, live_server, [Visit("texts", "help", "/help/")])
    walk.findings.note("3.2.1", "focus", "texts: help", [f"led to {live_server.url}/shows/"])
    walk.unopened["home: lost"] = f"net::ERR_FAILED at {live_server.url}/"
    published = shorten(summarise(walk, version="1.0", seconds=1))
    assert published["areas"] == {"texts": [{"name": "help", "without_script": True}]}
    assert published["unopened"] == ["home: lost"]
    assert "led to /shows/" in str(published) and live_server.url not in str(published)


def test_the_report_has_a_line_for_every_criterion(browser, live_server, tmp_path):
    walk = walk_of(browser, live_server, [])
    walk.findings.note("1.4.3", "contrast", "home", [])
    walk.findings.note("1.4.10", "reflow", "home", ["<too> wide"])
    report = summarise(walk, version="1.0", seconds=1)
    results = {row["number"]: row["result"] for row in report["criteria"]}
    assert (results["1.4.3"], results["1.4.10"], results["1.3.1"]) == ("passes", "fails", "")
    text = write(report, tmp_path).read_text()
    assert "&lt;too&gt; wide" in text and "9.1.4.10" in text and "new in WCAG 2.2" in text


def test_the_criteria_are_those_of_levels_a_and_aa():
    assert len(CRITERIA) == 55 and set(CRITERIA) >= ADDED
    levels = [one.level for one in CRITERIA.values()]
    assert (levels.count("A"), levels.count("AA")) == (31, 24)
    assert criterion_of_tag("wcag1410") == "1.4.10"
    assert criterion_of_tag("wcag2aa") is None and criterion_of_tag("EN-9.1.4.3") is None
