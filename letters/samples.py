"""A sample of the letters of this room."""

from .emails import APPROVED
from .sampling import Sample, make_reader, samples


@samples(APPROVED)
def approval():
    user = make_reader(approved_at=None)
    return Sample({"user": user.pk}, user)
