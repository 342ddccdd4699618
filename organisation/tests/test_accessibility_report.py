"""The page with the accessibility report."""

import json

import pytest
from django.utils.html import escape

from organisation.legal_texts import publish, start_draft
from organisation.views import ACCESSIBILITY_REPORT

pytestmark = pytest.mark.django_db


def test_the_accessibility_statement_links_to_the_report(client):
    publish(text=start_draft(kind="accessibility", language="en"), by="test")
    assert 'href="/accessibility/report/"' in client.get("/accessibility/").content.decode()


def test_it_lists_every_criterion_with_its_clause_and_result(client):
    text = client.get("/accessibility/report/").content.decode()
    report = json.loads(ACCESSIBILITY_REPORT.read_text())
    criteria, clauses = report["criteria"], report["clauses"]
    assert len(criteria) == 55
    for row in criteria:
        assert f"{row['number']} {row['name']}" in text and row["clause"] in text
    for row in clauses:
        assert f"{row['number']} {row['name']}" in text and row["chapter"] in text
        assert escape(row["reason"]) in text
    rows = [*criteria, *clauses]
    assert text.count("<strong>does not apply</strong>") > 20
    assert text.count("<strong>passes</strong>") == sum(one["result"] == "passes" for one in rows)
    assert "to be judged by a person" in text


def test_it_lists_the_pages_and_states_and_names_no_machine(client):
    text = client.get("/accessibility/report/").content.decode()
    for area, states in json.loads(ACCESSIBILITY_REPORT.read_text())["areas"].items():
        assert f"<h3>{area.capitalize()}</h3>" in text
        assert all(escape(state["name"]) in text for state in states)
    published = ACCESSIBILITY_REPORT.read_text()
    assert not any(word in published for word in ("127.0.0.1", "localhost", "/tmp/", "/home/"))
