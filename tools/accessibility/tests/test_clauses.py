"""The clauses of EN 301 549 besides those of the criteria for web pages."""

import io

import pytest

from bookings.models import Order
from emails.messages import Message
from finance.tests.factories import make_order_to_invoice
from tools.accessibility import sample_emails
from tools.accessibility.authoring import check_authoring
from tools.accessibility.clauses import CHAPTERS, CLAUSES, clause_rows
from tools.accessibility.criteria import Findings
from tools.accessibility.documents import check_documents, make_documents
from tools.accessibility.sample_emails import check_emails, move_to_documents, sample_messages


def rows_of(findings):
    return {row["number"]: row for row in clause_rows(findings)}


def test_every_chapter_is_listed_with_reasons():
    assert {one.chapter for one in CLAUSES.values()} == set(CHAPTERS)
    assert list(CHAPTERS) == [str(number) for number in range(5, 14)]
    assert all(one.title and one.reason for one in CLAUSES.values())


def test_what_a_person_has_to_judge_stays_empty():
    rows = rows_of(Findings())
    assert (rows["8"]["result"], rows["8"]["reason"]) == ("does not apply", "There is none.")
    assert rows["11.8.2"]["result"] == rows["10.2.4.2"]["result"] == ""
    assert rows["12.1.1"]["chapter"] == "12 Documentation and support services"


def test_checks_of_web_pages_are_evidence_of_other_clauses_too():
    findings = Findings()
    findings.note("1.4.3", "axe: color-contrast", "home, dark", [])
    findings.note("1.2.1", "no audio or video", "home", [])
    rows = rows_of(findings)
    assert (rows["11.7"]["result"], rows["7"]["result"]) == ("passes", "does not apply")
    assert rows["11.7"]["evidence"] == ["1.4.3: axe: color-contrast (1)"]
    findings.note("1.4.3", "axe: color-contrast", "home, dark", ["<p>pale</p>"])
    findings.note("1.2.1", "no audio or video", "home", ["<video>"])
    rows = rows_of(findings)
    assert {rows[number]["result"] for number in ("7", "9.6", "11.7")} == {"fails"}
    assert [one["fault"] for one in rows["9.6"]["failures"]] == ["1.4.3", "1.2.1"]


@pytest.mark.django_db(transaction=True)
def test_our_documents_pass():
    order = Order.objects.select_related("performance__show", "performance__venue")
    order = order.get(pk=make_order_to_invoice().pk)
    findings = Findings()
    check_documents(make_documents(order), findings)
    assert {number: faults for number, faults in findings.failures.items() if faults} == {}
    rows = rows_of(findings)
    assert rows["10.2.4.2"]["result"] == rows["10.3.1.1"]["result"] == "passes"
    assert rows["10.1.3.1"]["evidence"] == ["PDF: texts and pictures are tagged (3)"]
    assert (rows["10.1.3.1"]["result"], rows["10.3.3"]["result"]) == ("", "does not apply")


def test_what_is_found_in_emails_counts_for_documents():
    found, findings = Findings(), Findings()
    found.note("2.4.2", "the page has a title", "e-mail: visit, en", [])
    found.note("4.1.2", "axe: link-name", "e-mail: visit, en", ["<a>"])
    found.note("2.4.1", "axe: bypass", "e-mail: visit, en", ["no landmark"])
    found.note("2.5.8", "axe: target-size", "e-mail: visit, en", ["<a>"])
    move_to_documents(found, findings)
    rows = rows_of(findings)
    assert rows["10.2.4.2"]["evidence"] == ["e-mail: the page has a title (1)"]
    assert rows["10.4.1"]["failures"][0]["check"] == "e-mail: axe: link-name"
    # Ways past the menu are for web pages, and target sizes are new in WCAG 2.2.
    assert {row["number"] for row in rows.values() if row["failures"]} == {"10.4.1"}


@pytest.mark.django_db(transaction=True)
def test_faults_of_an_email_are_found(browser, monkeypatch):
    html = "<p style='color:#ccc;background:#fff;width:900px'>Pale and wide</p><img src=x>"
    bad = ("bad", "en", Message(subject="Bad", text="", html=html))
    monkeypatch.setattr(sample_emails, "sample_messages", lambda: iter([bad]))
    findings = Findings()
    check_emails(browser, findings)
    failing = {row["number"] for row in rows_of(findings).values() if row["failures"]}
    assert failing >= {"10.1.1.1", "10.1.4.3", "10.1.4.10", "10.2.4.2", "10.3.1.1", "10.4.1"}


@pytest.mark.django_db(transaction=True)
def test_our_emails_pass(browser, monkeypatch):
    chosen = [one for one in sample_messages() if one[0] in ("order_confirmation", "monthly")]
    assert {language for _kind, language, _message in chosen} == {"en", "de"}
    monkeypatch.setattr(sample_emails, "sample_messages", lambda: iter(chosen))
    findings = Findings()
    check_emails(browser, findings)
    assert {number: faults for number, faults in findings.failures.items() if faults} == {}
    assert "e-mail: nothing is wider or cut off (4)" in rows_of(findings)["10.1.4.10"]["evidence"]


def test_faults_of_a_document_are_found():
    findings = Findings()
    check_documents({"bad": bad_document()}, findings)
    found = {
        number: [one["fault"] for one in faults] for number, faults in findings.failures.items()
    }
    assert found["10.2.4.2"] == ["no title", "they show the file's name"]
    assert found["10.3.1.1"] == ["language: none"]
    assert found["10.1.3.1"] == ["no tags"] and found["10.2.4.6"] == ["no title is tagged"]
    assert found["10.1.4.3"] == ["text in (0.8,)"]
    assert found["10.2.4.4"] == ["/Link"]
    assert rows_of(findings)["10.2.4.4"]["result"] == "fails"


def test_what_is_not_tagged_is_found():
    from fpdf import FPDF

    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", size=12)
    with pdf._marked_sequence():
        pdf.cell(text="A picture without a description")
    pdf.cell(text="Left out")
    findings = Findings()
    check_documents({"part": bytes(pdf.output())}, findings)
    assert "a text is not tagged" in findings.failures["10.1.3.1"][0]["fault"]
    assert findings.failures["10.1.1.1"][0]["fault"] == "a picture without a description"


def bad_document():
    from fpdf import FPDF

    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("helvetica", size=12)
    pdf.set_text_color(204)
    pdf.cell(text="Pale", link="https://example.org/")
    return io.BytesIO(pdf.output()).getvalue()


def test_what_staff_can_enter_is_checked():
    findings = Findings()
    check_authoring(findings)
    assert {number: faults for number, faults in findings.failures.items() if faults} == {}
    rows = rows_of(findings)
    assert len(rows["11.8.2"]["evidence"]) == 2 and rows["11.8.2"]["result"] == ""
