"""The bodies of requests that write venues, shows and performances."""

from decimal import Decimal
from typing import Annotated, Any, Self

from ninja import Field, Schema
from pydantic import model_validator

from organisation.models import Channel

from ..schemas import Id, Moment, OneOf
from .catalogue import Slug

Name = Annotated[str, Field(min_length=1, max_length=160)]
Rate = Annotated[Decimal, Field(ge=0, le=100, max_digits=6, decimal_places=3, examples=["7"])]
Amount = Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=2)]
Short = Annotated[str, Field(min_length=1, max_length=80)]
ArtistName = Annotated[str, Field(min_length=1, max_length=120)]
TagName = Annotated[str, Field(min_length=1, max_length=40)]


class TaxIn(Schema):
    """Sending one of the three sets all of them; sending none leaves them as they are."""

    tax_rate: Rate | None = Field(None, description="On tickets, in per cent. Null: not set here.")
    fee_tax_rate: Rate | None = Field(None, description="On fees, in per cent.")
    tax_exemption: Annotated[str, Field(max_length=200)] = Field(
        "", description="Why a rate is 0, as printed on documents."
    )


class ChannelFeesIn(Schema):
    channel: Annotated[str, OneOf.of(Channel.values)]
    ticket_fee: Amount | None = Field(
        None, description="Replaces the booking fee of the price. Not for `web` and `api`."
    )
    order_fee: Amount = Decimal(0)
    order_fee_tax_rate: Rate | None = None


class VenueIn(TaxIn):
    """A new venue needs name, address, city and country, and a time zone if it has several."""

    name: Annotated[str, Field(max_length=120, examples=["Hall"])] | None = None
    slug: Annotated[str, Field(max_length=120)] | None = None
    address: Annotated[str, Field(max_length=200)] | None = None
    postcode: Annotated[str, Field(max_length=20)] | None = None
    city: Annotated[str, Field(max_length=80)] | None = None
    country: Annotated[str, Field(max_length=2, examples=["DE"])] | None = None
    time_zone: Annotated[str, Field(max_length=64, examples=["Europe/Berlin"])] | None = None
    description: Annotated[str, Field(max_length=20_000)] | None = None
    channel_fees: Annotated[list[ChannelFeesIn], Field(max_length=10)] | None = None
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    directions: Annotated[str, Field(max_length=2000)] | None = None
    is_step_free: bool | None = None
    has_lifts: bool | None = None
    has_hearing_loop: bool | None = None
    has_accessible_toilets: bool | None = None
    companions_are_free: bool | None = None
    access_notes: Annotated[str, Field(max_length=2000)] | None = None


class ShowIn(Schema):
    """A new show needs its `title`."""

    title: Name | None = None
    slug: Annotated[str, Field(max_length=160)] | None = None
    artists: Annotated[list[ArtistName], Field(max_length=50)] | None = None
    tags: Annotated[list[TagName], Field(max_length=20)] | None = None
    description: Annotated[str, Field(max_length=20_000)] | None = None
    is_published: bool | None = None
    is_unlisted: bool | None = None
    duration: Annotated[int, Field(ge=1, le=1440)] | None = None
    age_rating: Annotated[int, Field(ge=0, le=99)] | None = None


class PriceIn(TaxIn):
    category: Short = Field(examples=["Stalls"])
    price: Amount = Field(description="Including the fee.", examples=["45.00"])
    fee: Amount = Field(Decimal(0), examples=["5.00"])


class ConcessionIn(TaxIn):
    """Without `percent_off` and `amount`, it has the value of the box office's list."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    percent_off: Annotated[int, Field(ge=1, le=100)] | None = None
    amount: Amount | None = Field(
        None, description="The amount off, or the price, where the list has no percentage."
    )
    proof: Annotated[str, Field(max_length=120)] = ""

    @model_validator(mode="after")
    def check_one_value(self) -> Self:
        if self.percent_off is not None and self.amount is not None:
            raise ValueError("Send percent_off or amount, not both.")
        return self


class PerformanceIn(Schema):
    """A new performance needs `show`, `plan`, `starts_at`, `on_sale_from` and `prices`."""

    show: Slug | None = Field(None, description="The show's slug.")
    plan: Id | None = Field(None, description="Id of a seating plan.")
    starts_at: Moment | None = None
    doors_at: Moment | None = None
    on_sale_from: Moment | None = None
    on_sale_until: Moment | None = None
    currency: Annotated[str, Field(max_length=3, examples=["EUR"])] | None = None
    customer_limit: Annotated[int, Field(ge=1, le=50)] | None = None
    cancel_until_hours: Annotated[int, Field(ge=0, le=9999)] | None = None
    keep_fee: bool | None = None
    keep_order_fee: bool | None = None
    transfer_days: Annotated[int, Field(ge=1, le=60)] | None = None
    allow_single_gaps: bool | None = None
    accessible_released: bool | None = None
    prices: Annotated[list[PriceIn], Field(max_length=50)] | None = None
    concessions: Annotated[list[ConcessionIn], Field(max_length=50)] | None = None
    channel_fees: Annotated[list[ChannelFeesIn], Field(max_length=10)] | None = Field(
        None, description="In place of those of the venue."
    )


class PerformanceChange(PerformanceIn):
    """Once on sale, new times and prices need a `reason`, which is logged."""

    reason: Annotated[str, Field(max_length=200)] = ""
    refund_until: Moment | None = Field(
        None, description="With a new time: until then tickets can be cancelled for a full refund."
    )


class PlanOut(Schema):
    id: int
    name: str
    version: int
    categories: list[dict[str, Any]]
    warnings: list[str] = Field([], description="About the imported file.")
