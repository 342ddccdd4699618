"""The open seating-plan JSON: reading, checking and writing it.

`docs/seating-plans.md` tells the format and the conventions that we keep in its allowed members.
"""

from venues.plan_format.faults import InvalidPlan, PlanFault
from venues.plan_format.parsing import MAX_BYTES, strict_faults
from venues.plan_format.reading import MAX_PLACES, ReadPlan, read_plan
from venues.plan_format.writing import plan_document, write_plan

__all__ = [
    "MAX_BYTES",
    "MAX_PLACES",
    "InvalidPlan",
    "PlanFault",
    "ReadPlan",
    "plan_document",
    "read_plan",
    "strict_faults",
    "write_plan",
]
