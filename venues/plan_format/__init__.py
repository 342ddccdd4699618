"""Read, validate and write seating plans in the open JSON format of pretix.

`docs/seating-plans.md` describes the format and our conventions within it.
"""

from venues.plan_format.faults import InvalidPlan, PlanFault
from venues.plan_format.parsing import MAX_BYTES, parse_document, strict_faults
from venues.plan_format.reading import MAX_PLACES, ReadPlan, read_document, read_plan
from venues.plan_format.writing import plan_document, section_zone, write_plan

__all__ = [
    "MAX_BYTES",
    "MAX_PLACES",
    "InvalidPlan",
    "PlanFault",
    "ReadPlan",
    "parse_document",
    "plan_document",
    "read_document",
    "read_plan",
    "section_zone",
    "strict_faults",
    "write_plan",
]
