"""Legal texts, the help page and the accessibility report."""

import json
from collections import Counter
from datetime import date
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core.markdown import render_page
from core.public_pages import public_page

from .legal_texts import best_languages, help_entries
from .models import LegalText

# Written by `make accessibility ARGS=--publish`.
ACCESSIBILITY_REPORT = Path(__file__).parent / "accessibility_report.json"
PRINCIPLES = ("Perceivable", "Operable", "Understandable", "Robust")


@public_page(1)
@require_safe
def legal(request: HttpRequest, kind: str) -> HttpResponse:
    """Show the current version of a text, in the visitor's language if there is one."""
    versions = {text.language: text for text in LegalText.objects.current().filter(kind=kind)}
    text = next((versions[code] for code in best_languages() if code in versions), None)
    if text is None:
        raise Http404
    return _show(request, text, is_current=True)


@public_page(60)
@require_safe
def legal_version(request: HttpRequest, kind: str, language: str, version: int) -> HttpResponse:
    """Show a version that was published, such as the one that a customer has accepted."""
    texts = LegalText.objects.published().of(kind, language)
    text = get_object_or_404(texts, version=version)
    return _show(request, text, is_current=text == texts.first())


@public_page(1)
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Show questions and answers, in the visitor's language if there are any."""
    entries = [(entry, render_page(entry.answer)) for entry in help_entries()]
    return render(request, "organisation/help.html", {"entries": entries})


@public_page(60)
@require_safe
def accessibility_report(request: HttpRequest) -> HttpResponse:
    """Show the conformance report of this version, as `make accessibility` has written it."""
    report = _read_report()
    results = Counter(row["result"] for row in [*report["criteria"], *report["clauses"]])
    context = {
        "report": report,
        "date": date.fromisoformat(report["date"]),
        "count": sum(map(len, report["areas"].values())),
        "principles": _by_principle(report["criteria"]),
        "chapters": _by_chapter(report["clauses"]),
        "passed": results["passes"],
        "failed": results["fails"],
        "open": results[""],
    }
    return render(request, "organisation/accessibility_report.html", context)


@cache
def _read_report() -> dict[str, Any]:
    return json.loads(ACCESSIBILITY_REPORT.read_text())


def _by_principle(criteria: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Group the criteria by the principles of WCAG, whose numbers they begin with."""
    return [
        (f"{number} {name}", [row for row in criteria if row["number"].startswith(f"{number}.")])
        for number, name in enumerate(PRINCIPLES, start=1)
    ]


def _by_chapter(clauses: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    return [(name, list(rows)) for name, rows in groupby(clauses, key=itemgetter("chapter"))]


def _show(request, text, *, is_current):
    context = {"text": text, "body": render_page(text.body), "is_current": is_current}
    return render(request, "organisation/legal.html", context)
