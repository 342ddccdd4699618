"""Letters we owe people: written down with the fact they tell of, sent afterwards."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _
from post_office.models import Email

from .querysets import LetterQuerySet, OptOutQuerySet


class Letter(models.Model):
    """One letter to one person about one thing.

    The row is inserted in the transaction of the fact that it tells of, so neither can be lost
    without the other. `key` says which letter it is ("confirmation:K7F39QXM"): owing it twice
    owes it once. It is later *written* (rendered into the outgoing queue), and the queue sends it.
    """

    kind = models.CharField(_("kind"), max_length=40)
    key = models.CharField(_("key"), max_length=120, unique=True)
    to = models.EmailField(_("to"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="letters"
    )
    language = models.CharField(_("language"), max_length=10, default="en")
    # What the writer needs to find its subject again: ids and references only.
    about = models.JSONField(_("about"), default=dict)
    due_at = models.DateTimeField(_("due"), db_default=Now())
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    failure = models.CharField(_("failure"), max_length=300, blank=True)
    written_at = models.DateTimeField(_("written"), null=True, blank=True)
    # None once written: the letter had nothing left to say (the show was cancelled meanwhile).
    email = models.OneToOneField(
        Email, models.SET_NULL, null=True, blank=True, related_name="letter"
    )
    created_at = models.DateTimeField(_("owed since"), db_default=Now(), editable=False)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(written_at=None),
                name="letter_owed_by_due_time",
            ),
        ]

    def __str__(self):
        return f"{self.kind} → {self.to}"


class OptOut(models.Model):
    """An address without an account that does not want letters of one kind.

    People with an account say the same on their profile page; see `letters.opt_out`.
    """

    email = models.EmailField(_("e-mail address"))
    kind = models.CharField(_("kind"), max_length=40)
    created_at = models.DateTimeField(_("since"), db_default=Now(), editable=False)

    objects = OptOutQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("opt-out")
        verbose_name_plural = _("opt-outs")
        constraints = [
            models.UniqueConstraint(
                fields=["email", "kind"], name="one_opt_out_by_address_and_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="opt_out_email_is_lower_case"
            ),
        ]

    def __str__(self):
        return f"{self.kind}: {self.email}"
