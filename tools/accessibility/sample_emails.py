"""Check the e-mails that customers get, for clause 10: a sample of each kind."""

from collections.abc import Iterator
from typing import Any

from django.utils import translation

from .checks import WINDOW, check_email
from .clauses import clause_of_document
from .criteria import Findings

LANGUAGES = ("en", "de")


def check_emails(browser: Any, findings: Findings) -> None:
    """Open a sample of each e-mail in the browser, and note what was found by clause."""
    context = browser.new_context(viewport=WINDOW)
    page = context.new_page()
    # Pictures are not judged, and the site that has them does not run any more.
    page.route("**/*", lambda route: route.abort())
    for kind, language, message in sample_messages():
        state, found = f"e-mail: {kind}, {language}", Findings()
        page.set_content(message.html)
        check_email(page, state, found)
        found.note("4.1.1", "it has a plain text too", state, [] if message.text else ["none"])
        move_to_documents(found, findings)
    context.close()


def sample_messages() -> Iterator[tuple[str, str, Any]]:
    """Return a sample of each kind of e-mail in each language, with its kind and language."""
    from emails.kinds import all_kinds
    from emails.sample_registry import has_sample, sample_of

    for kind in all_kinds():
        if not has_sample(kind.name):
            continue
        for language in LANGUAGES:
            with translation.override(language):
                _email, message = sample_of(kind.name)
            if message is not None and message.html:
                yield kind.name, language, message


def move_to_documents(found: Findings, findings: Findings) -> None:
    """Note what was found for criteria of web pages for the clauses of documents."""
    for criterion, checks in found.checks.items():
        clause = clause_of_document(criterion)
        if clause is None:
            continue
        for what, count in checks.items():
            findings.checks[clause][f"e-mail: {what}"] += count
        for one in found.failures[criterion]:
            findings.add(clause, f"e-mail: {one['check']}", one["state"], one["fault"])
