"""Check what staff can enter, and the texts that they start from."""

import re

from .criteria import Findings

HEADING = re.compile(r"<h(\d)>")


def check_authoring(findings: Findings) -> None:
    """Note what a program can say about clause 11.8, and about the accessibility statement."""
    from core.markdown import render_page
    from organisation.models import LegalText
    from organisation.samples import sample_of

    findings.note(
        "11.8.2", "pictures are saved with a description only", "admin", _undescribed_pictures()
    )
    page = render_page("# Title\n\n- [a link](https://example.org/)\n\n<b>no HTML</b>")
    missing = [tag for tag in ("<li>", "<a href=") if tag not in page]
    missing += [] if HEADING.search(page) else ["headings"]
    missing += ["HTML"] if "<b>" in page else []
    findings.note("11.8.2", "texts have headings, lists and links, and no HTML", "admin", missing)
    for kind in LegalText.Kind.values:
        for language in ("en", "de"):
            body = render_page(sample_of(kind, language))
            state = f"sample: {kind}, {language}"
            faults = _skipped_headings(body)
            findings.note("11.8.5", "headings of sample texts skip no level", state, faults)
            if kind == LegalText.Kind.ACCESSIBILITY:
                faults = [] if HEADING.search(body) else ["empty"]
                findings.note("12.1.1", "there is a sample statement", state, faults)


def _undescribed_pictures() -> list[str]:
    from django.apps import apps

    from core.pictures import DescribedPicture

    described = [model for model in apps.get_models() if issubclass(model, DescribedPicture)]
    return [model.__name__ for model in described if model._meta.get_field("text").blank]


def _skipped_headings(body: str) -> list[str]:
    levels = [1, *(int(level) for level in HEADING.findall(body))]
    return [
        f"h{after} follows h{before}"
        for before, after in zip(levels, levels[1:], strict=False)
        if after > before + 1
    ]
