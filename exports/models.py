"""Exports of lists by staff: who exported which rows, and the file until it is deleted."""

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .querysets import ExportQuerySet


def export_storage() -> Storage:
    """Return the private storage of export files, which have no URL."""
    return storages["exports"]


class Export(models.Model):
    """An export of the rows that a list of the admin showed to the requester.

    Small exports were downloaded at once, and the row only records them. Large ones are written by
    the worker, which leases the row. `attempts` counts the claims, by which a worker recognises
    that another one has claimed the row since.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("in progress")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "XLSX"

    sheet = models.CharField(_("report"), max_length=30)
    file_format = models.CharField(_("format"), max_length=4, choices=Format)
    # The filters and the search of the list, as in its URL.
    query = models.TextField(_("filters"), blank=True)
    # Whether the file has customers' e-mail addresses, which need a permission. True where unknown.
    with_contacts = models.BooleanField(default=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("requested by"),
    )
    status = models.CharField(_("status"), max_length=7, choices=Status, default=Status.WAITING)
    rows_total = models.PositiveIntegerField(_("rows"))
    rows_done = models.PositiveIntegerField(_("rows written"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # Set while a worker writes it (see `core.leases`).
    leased_until = models.DateTimeField(null=True, editable=False)
    failure = models.CharField(_("failure"), max_length=200, blank=True)
    # The name in the storage; empty before it is written and after it is deleted.
    file = models.CharField(_("file"), max_length=100, blank=True)
    created_at = models.DateTimeField(_("requested"), db_default=Now(), editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        constraints = [
            # One at a time, because the worker has other tasks.
            models.UniqueConstraint(
                fields=["status"], condition=Q(status="running"), name="one_export_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "running"], finished_at=None)
                | Q(status__in=["done", "failed"], finished_at__isnull=False),
                name="finished_export_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(status="running") | Q(leased_until__isnull=False),
                name="running_export_has_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(file="") | Q(status="done"), name="only_a_done_export_has_a_file"
            ),
            models.CheckConstraint(
                condition=Q(rows_done__lte=F("rows_total")), name="export_has_its_rows_at_most"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet}-{self.pk}"

    @property
    def file_name(self) -> str:
        return f"{self}.{self.file_format}"

    @property
    def is_open(self) -> bool:
        """Whether it still has to be written."""
        return self.status in (self.Status.WAITING, self.Status.RUNNING)

    @property
    def has_failed(self) -> bool:
        return self.status == self.Status.FAILED

    @property
    def percent(self) -> int:
        return round(100 * self.rows_done / self.rows_total) if self.rows_total else 100
