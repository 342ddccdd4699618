"""The words that all answers share: money, times, pages."""

from datetime import UTC, date, datetime
from typing import Annotated, Generic, TypeVar

from django.core.exceptions import ValidationError
from ninja import Field, Schema
from pydantic import AfterValidator, AwareDatetime

from core.datetimes import check_year
from core.money import amount_text

T = TypeVar("T")


def _within_years(moment):
    try:
        check_year(moment)
    except ValidationError as error:
        raise ValueError(error.message) from None
    return moment


# A time without its zone could be anybody's, so it is refused.
Moment = Annotated[AwareDatetime, AfterValidator(_within_years)]
Day = Annotated[date, AfterValidator(_within_years)]

# What the database can count to; anything beyond is nobody's id.
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Limit = Annotated[int, Field(ge=1, le=100, description="Rows on a page.")]
Offset = Annotated[int, Field(ge=0, le=1_000_000, description="Rows to pass over.")]


class Money(Schema):
    amount: str = Field(
        pattern=r"^-?\d+(\.\d{2})?$",
        description="With the decimals of its currency: 45.00 EUR, 5000 JPY.",
        examples=["45.00"],
    )
    currency: str = Field(min_length=3, max_length=3, examples=["EUR"])


class Page(Schema, Generic[T]):
    items: list[T]
    count: int
    limit: int
    offset: int


class ErrorDetail(Schema):
    pointer: str
    detail: str


class ProblemDetails(Schema):
    """RFC 9457. `type` names the kind of problem for programs and never changes."""

    type: str = Field(examples=["urn:concert:problem:places-gone"])
    title: str
    status: int
    detail: str
    errors: list[ErrorDetail] | None = None


def money(amount, currency):
    return {"amount": amount_text(amount, currency), "currency": currency}


def utc(moment: datetime | None):
    return moment and moment.astimezone(UTC)


def page_of(rows, render, *, limit, offset):
    """One page of a queryset: two queries, whatever the number of rows."""
    return {
        "items": [render(row) for row in rows[offset : offset + limit]],
        "count": rows.count(),
        "limit": limit,
        "offset": offset,
    }
