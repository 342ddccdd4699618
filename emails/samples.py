"""A sample of the letters of this room."""

from .account_emails import APPROVED
from .sample_registry import Sample, make_reader, sample_for


@sample_for(APPROVED)
def approval():
    user = make_reader(approved_at=None)
    return Sample({"user": user.pk}, user)
