"""Schemas and helpers that routes share: money, times, choices, pages, problems, tax and fees."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from ninja import Field, Schema
from pydantic import AfterValidator, AwareDatetime, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from core.datetimes import check_year
from core.money import amount_text
from core.tax import TaxLine, rate_text
from organisation.models import Channel

T = TypeVar("T")
M = TypeVar("M", date, datetime)


def _within_years(moment: M) -> M:
    try:
        check_year(moment)
    except ValidationError as error:
        raise ValueError(error.message) from None
    return moment


# A time without its time zone is ambiguous, so it is refused.
Moment = Annotated[AwareDatetime, AfterValidator(_within_years)]
Day = Annotated[date, AfterValidator(_within_years)]

# The range of the database's integers; nothing has an id beyond it.
Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Limit = Annotated[int, Field(ge=1, le=100, description="Rows per page.")]
Offset = Annotated[int, Field(ge=0, le=1_000_000, description="Rows to skip.")]


@dataclass(frozen=True)
class OneOf:
    """Restrict a string to some values, and declare them as an enum: `Annotated[str, OneOf(…)]`."""

    values: tuple[str, ...]

    @classmethod
    def of(cls, values: Iterable[str]) -> "OneOf":
        return cls(tuple(str(value) for value in values))

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "enum": list(self.values)}

    def _check(self, value: str) -> str:
        if value not in self.values:
            raise ValueError(f"must be one of {', '.join(repr(v) for v in self.values)}")
        return value


class Money(Schema):
    amount: str = Field(
        pattern=r"^-?\d+(\.\d{2})?$",
        description="With the decimals of its currency: 45.00 EUR, 5000 JPY.",
        examples=["45.00"],
    )
    currency: str = Field(min_length=3, max_length=3, examples=["EUR"])


class TaxOut(Schema):
    """The sum of all amounts at one rate of tax: `gross` includes `tax`."""

    rate: str = Field(description="In per cent.", examples=["19"])
    gross: Money
    net: Money
    tax: Money
    exemption: str = Field(description="Why no tax is due, where the rate is 0 for a reason.")


class Page(Schema, Generic[T]):
    items: list[T]
    count: int = Field(description="Rows on all pages together.", examples=[1])
    limit: int = Field(examples=[20])
    offset: int = Field(examples=[0])


class ErrorDetail(Schema):
    pointer: str = Field(description="Where in the request.", examples=["/body/email"])
    detail: str = Field(examples=["Enter a valid email address."])


class ProblemDetails(Schema):
    """Problem details (RFC 9457). `type` identifies the problem for programs and never changes.

    Members beside the standard ones come with the types that they say something about.
    """

    type: str = Field(examples=["urn:concert:problem:places-unavailable"])
    title: str = Field(examples=["Conflict"])
    status: int = Field(examples=[409])
    detail: str = Field(description="A sentence for people, in the language of the request.")
    errors: list[ErrorDetail] | None = Field(None, description="The invalid parts of the request.")
    places: list[str] | None = Field(None, description="Labels of the places concerned.")
    seats: list[int] | None = Field(None, description="Ids of the seats concerned.")
    limit: int | None = Field(None, description="`limit-reached`: the most one customer may have.")
    current: int | None = Field(None, description="`limit-reached`: what the customer has.")
    quote: str | None = Field(None, description="`quote-changed`: the current quote.")
    total: Money | None = Field(None, description="`quote-changed`: the current total.")
    reasons: list[str] | None = Field(None, description="Why it was refused, one by one.")
    scope: str | None = Field(None, description="`missing-scope`: the scope that the key lacks.")


def tax_out(lines: Iterable[TaxLine], currency: str) -> list[dict[str, Any]]:
    """Render tax by rate."""
    return [
        {
            "rate": rate_text(line.rate),
            "gross": money(line.gross, currency),
            "net": money(line.net, currency),
            "tax": money(line.tax, currency),
            "exemption": line.exemption,
        }
        for line in lines
    ]


def money(amount: Decimal, currency: str) -> dict[str, str]:
    """Return an amount as a `Money` object."""
    return {"amount": amount_text(amount, currency), "currency": currency}


def utc(moment: datetime | None) -> datetime | None:
    """Return a time in UTC."""
    return moment and moment.astimezone(UTC)


def page_of(
    rows: QuerySet[Any], render: Callable[[Any], Any], *, limit: int, offset: int
) -> dict[str, Any]:
    """Return one page of a queryset. Two queries, whatever the number of rows."""
    return page_of_list(
        rows, lambda items: [render(row) for row in items], limit=limit, offset=offset
    )


def page_of_list(
    rows: QuerySet[Any], render: Callable[[list[Any]], list[Any]], *, limit: int, offset: int
) -> dict[str, Any]:
    """Return one page of a queryset; `render` gets all its rows at once."""
    return {
        "items": render(list(rows[offset : offset + limit])),
        "count": rows.count(),
        "limit": limit,
        "offset": offset,
    }


class TaxSetting(Schema):
    """The tax that is set here; empty where the more general setting counts."""

    tax_rate: str = Field(description="On tickets, in per cent.", examples=["7"])
    fee_tax_rate: str = Field(description="On fees, in per cent.", examples=["19"])
    tax_exemption: str = Field(description="Why a rate is 0.")


class ChannelFeesOut(Schema):
    channel: Annotated[str, OneOf.of(Channel.values)]
    ticket_fee: str = Field(description="Empty: the fee of the price category.", examples=["2.50"])
    order_fee: str = Field(examples=["1.50"])
    order_fee_tax_rate: str = Field(description="Empty: as other fees.", examples=["19"])
