"""Sample data for previews of the app's e-mail."""

from django.utils import timezone

from emails.sample_registry import Sample, make_recipient, sample_for

from .models import Export
from .sheets import SHEETS
from .writer import EMAIL_KIND


@sample_for(EMAIL_KIND)
def export_finished():
    export = Export.objects.create(
        sheet=next(iter(SHEETS)),
        file_format=Export.Format.CSV,
        status=Export.Status.DONE,
        rows_total=12480,
        rows_done=12480,
        finished_at=timezone.now(),
    )
    return Sample({"export": export.pk}, make_recipient(is_staff=True))
