"""Legal texts in versions, and the questions of the help page."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.languages import site_languages

MAX_LENGTH = 100_000


class LegalTextQuerySet(models.QuerySet["LegalText"]):
    def published(self) -> "LegalTextQuerySet":
        return self.exclude(published_at=None)

    def drafts(self) -> "LegalTextQuerySet":
        return self.filter(published_at=None)

    def of(self, kind: str, language: str) -> "LegalTextQuerySet":
        """Return the versions of one text, the latest first."""
        return self.filter(kind=kind, language=language).order_by("-version")

    def current(self) -> "LegalTextQuerySet":
        """Return the latest published version of each text."""
        return (
            self.published().order_by("kind", "language", "-version").distinct("kind", "language")
        )


class LegalText(models.Model):
    """One version of a legal text in one language. A published version never changes.

    A database trigger refuses to change or delete it (`legal_text_is_frozen`).
    """

    class Kind(models.TextChoices):
        TERMS = "terms", _("Terms of sale")
        PRIVACY = "privacy", _("Privacy")
        IMPRINT = "imprint", _("Imprint")
        ACCESSIBILITY = "accessibility", _("Accessibility")
        REFUNDS = "refunds", _("Refunds")

    kind = models.CharField(_("text"), max_length=15, choices=Kind)
    language = models.CharField(_("language"), max_length=10, choices=site_languages)
    version = models.PositiveIntegerField(_("version"), editable=False)
    body = models.TextField(
        _("content"),
        max_length=MAX_LENGTH,
        help_text=_(
            "## begins a heading, - a list item; **bold**, *italic*, [link](https://…). HTML is"
            " shown as text."
        ),
    )
    is_sample = models.BooleanField(_("sample"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    published_by = models.CharField(_("published by"), max_length=254, blank=True, editable=False)

    objects = LegalTextQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "language", "-version"]
        verbose_name = _("legal text")
        verbose_name_plural = _("legal texts")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "language", "version"], name="legal_text_version_is_unique"
            ),
            models.UniqueConstraint(
                fields=["kind", "language"],
                condition=Q(published_at=None),
                name="legal_text_has_one_draft",
            ),
            models.CheckConstraint(condition=~Q(body=""), name="legal_text_is_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.language}), v{self.version}"

    def get_absolute_url(self) -> str:
        """Return the URL of this version, which stays the same."""
        return reverse("organisation:legal_version", args=[self.kind, self.language, self.version])

    @property
    def is_published(self) -> bool:
        return self.published_at is not None


class HelpEntryQuerySet(models.QuerySet["HelpEntry"]):
    def published(self) -> "HelpEntryQuerySet":
        return self.filter(is_published=True)


class HelpEntry(models.Model):
    """A question and its answer on the help page."""

    language = models.CharField(_("language"), max_length=10, choices=site_languages)
    question = models.CharField(_("question"), max_length=200)
    answer = models.TextField(
        _("answer"),
        max_length=10_000,
        help_text=_("- begins a list item; **bold**, *italic*, [link](https://…)."),
    )
    ordinal = models.PositiveIntegerField(
        _("position"), default=0, help_text=_("Lower numbers come first.")
    )
    is_published = models.BooleanField(_("published"), default=True)

    objects = HelpEntryQuerySet.as_manager()

    class Meta:
        ordering = ["language", "ordinal", "pk"]
        verbose_name = _("help question")
        verbose_name_plural = _("help questions")

    def __str__(self) -> str:
        return self.question
