"""What staff took out of the house as a spreadsheet: who, which rows, and the file for a while."""

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from .querysets import ExportQuerySet


def export_storage() -> Storage:
    """Where files wait for those who asked for them: they have no address."""
    return storages["exports"]


class Export(models.Model):
    """A sheet of rows, as a list of the admin showed them to whoever asked.

    Small ones were downloaded at once and leave this line alone; large ones are written by the
    worker, in whose hands they are while they run. `attempts` counts the workers that took it up,
    and so says in whose hands it is.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being written")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "XLSX"

    sheet = models.CharField(_("sheet"), max_length=30)
    file_format = models.CharField(_("format"), max_length=4, choices=Format)
    # The filters and the search of the list, as its address says them.
    query = models.TextField(_("filters"), blank=True)
    # Whether customers' e-mail addresses are in the file: then it is for those who may see them.
    # What was written before this was asked is taken to have them.
    with_contacts = models.BooleanField(default=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("asked by"),
    )
    status = models.CharField(_("status"), max_length=7, choices=Status, default=Status.WAITING)
    rows_total = models.PositiveIntegerField(_("rows"))
    rows_done = models.PositiveIntegerField(_("rows written"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # While a worker writes it (see `core.leases`).
    leased_until = models.DateTimeField(null=True, editable=False)
    failure = models.CharField(_("failure"), max_length=200, blank=True)
    # Its name in the storage; empty before it is there, and again when it is kept no more.
    file = models.CharField(_("file"), max_length=100, blank=True)
    created_at = models.DateTimeField(_("asked for"), db_default=Now(), editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        constraints = [
            # The worker has other work, too.
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
        """Whether it is still to be written."""
        return self.status in (self.Status.WAITING, self.Status.RUNNING)

    @property
    def has_failed(self) -> bool:
        return self.status == self.Status.FAILED

    @property
    def percent(self) -> int:
        return round(100 * self.rows_done / self.rows_total) if self.rows_total else 100
