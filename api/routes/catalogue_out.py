"""Shows and performances as the API returns them, with their prices, concessions and questions."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from ninja import Field, Schema

from core.links import absolute
from organisation.models import Channel
from shows.catalogue_tax import fees_in, tax_of
from shows.channel_fees import fees_of
from shows.models import Concession, ConcessionType, Performance, Question, Show
from shows.questions import QuestionTerm, term_from_row
from shows.terms import concession_term

from ..schemas import ChannelFeesOut, Money, OneOf, TaxSetting, money, utc
from .media import Picture, ShowMedia, picture_out

EventStatus = Annotated[str, OneOf.of(Performance.EventStatus.values)]
# Where customers of the website can buy is not a state here: programs sell through the API.
SALE_STATES = [
    state for state in Performance.SaleState.values if state != Performance.SaleState.BOX_OFFICE
]
SaleState = Annotated[str, OneOf.of(SALE_STATES)]


class Price(TaxSetting):
    category: str = Field(examples=["Stalls"])
    price: Money = Field(description="Including the fee.")
    fee: Money


class ConcessionOut(TaxSetting):
    id: int
    name: str = Field(examples=["Student"])
    method: Annotated[str, OneOf.of(ConcessionType.Method.values)]
    value: str = Field(description="Per cent, or an amount in the currency.", examples=["50"])
    percent_off: int | None = Field(
        description="The value if it is a percentage, else null.", examples=[50]
    )
    proof: str = Field(description="What holders have to show at the door.")
    group_from: int | None = Field(description="Needs so many tickets in the order.")
    min_per_order: int | None = Field(description="Tickets with it in an order, at least.")
    max_per_order: int | None = Field(description="Tickets with it in an order, at most.")
    ends_at: datetime | None = Field(description="When it ends, such as an early bird price.")
    members_only: bool = Field(description="Only for accounts of members.")


class QuestionOut(Schema):
    name: str = Field(examples=["question_7"])
    label: str = Field(examples=["Access requirements"])
    kind: Annotated[str, OneOf.of(Question.Kind.values)]
    per_ticket: bool = Field(description="Asked for each ticket, else once per order.")
    required: bool
    choices: list[str] = Field(description="The answers that a choice or a yes-or-no takes.")


class PerformanceOut(Schema):
    id: int = Field(examples=[7])
    show: str = Field(description="The show's slug.", examples=["nachtmusik"])
    title: str = Field(examples=["Nachtmusik"])
    venue: str = Field(description="The venue's slug.", examples=["hall"])
    city: str
    time_zone: str = Field(description="The venue's; all times here are UTC.")
    starts_at: datetime
    doors_at: datetime | None
    on_sale_from: datetime
    on_sale_until: datetime
    cancel_until: datetime | None = Field(description="Until then customers can cancel tickets.")
    state: SaleState
    event_status: EventStatus = Field(description="As schema.org's eventStatus, without Event.")
    moved_from: datetime | None = Field(description="The first start announced, if rescheduled.")
    currency: str = Field(examples=["EUR"])
    customer_limit: int = Field(description="Tickets per customer.")
    places_total: int
    places_left: int = Field(description="As counted within the last minute.")
    prices: list[Price]
    order_fee: Money = Field(description="Added once to each order that is not free.")
    concessions: list[ConcessionOut]
    questions: list[QuestionOut] = Field(description="What an order is asked, in `details`.")
    channel_fees: list[ChannelFeesOut] = Field(description="In place of those of the venue.")


class ShowOut(Schema):
    slug: str = Field(examples=["nachtmusik"])
    title: str = Field(examples=["Nachtmusik"])
    artists: list[str]
    tags: list[str]
    description: str
    age_rating: int | None = Field(description="Minimum age.")
    duration: int | None = Field(description="Minutes.")
    rating: float | None = Field(description="The average review, 1 to 5 stars.")
    picture: Picture | None
    url: str = Field(description="Its page.")
    next_performance: int | None = None


class ShowDetail(ShowOut, ShowMedia):
    performances: list[PerformanceOut]


def with_details(performances: QuerySet[Performance]) -> Any:
    """Load with performances everything that `performance_out` needs."""
    related: Any = performances.select_related("show", "venue")
    related = related.with_channel_fees().with_questions()
    return related.prefetch_related(
        "price_categories",
        Prefetch("concessions", Concession.objects.select_related("kind")),
        "channel_fees",
    )


def performance_out(performance: Performance) -> dict[str, Any]:
    """Render a performance (see `with_details`)."""
    currency = performance.currency
    return {
        "id": performance.pk,
        "show": performance.show.slug,
        "title": performance.show.title,
        "venue": performance.venue.slug,
        "city": performance.venue.city,
        "time_zone": performance.venue.time_zone,
        "starts_at": utc(performance.starts_at),
        "doors_at": utc(performance.doors_at),
        "on_sale_from": utc(performance.on_sale_from),
        "on_sale_until": utc(performance.sale_ends_at),
        "cancel_until": utc(performance.cancel_until),
        "state": performance.sale_state(timezone.now()).value,
        "event_status": performance.event_status.value,
        "moved_from": utc(performance.moved_from) if performance.is_moved else None,
        "currency": currency,
        "customer_limit": performance.customer_limit,
        "places_total": performance.places_total,
        "places_left": performance.places_left,
        "prices": [
            {
                "category": row.name,
                "price": money(row.price, currency),
                "fee": money(row.fee, currency),
                **tax_of(row),
            }
            for row in performance.price_categories.all()
        ],
        "order_fee": money(_order_fee(performance), currency),
        "concessions": [_concession_out(row, performance) for row in performance.concessions.all()],
        "questions": [_question_out(term_from_row(row)) for row in performance.question_rows],
        "channel_fees": fees_in(performance, currency),
    }


def _concession_out(row: Concession, performance: Performance) -> dict[str, Any]:
    term = concession_term(row, performance)
    is_percent = term.method == ConcessionType.Method.PERCENT
    return {
        "id": term.id,
        **tax_of(row),
        "name": term.name,
        "method": term.method,
        "value": f"{term.value.normalize():f}",
        "percent_off": int(term.value) if is_percent else None,
        "proof": term.proof,
        "group_from": term.group_from,
        "min_per_order": term.min_per_order,
        "max_per_order": term.max_per_order,
        "ends_at": utc(term.ends_at),
        "members_only": term.members_only,
    }


def _question_out(question: QuestionTerm) -> dict[str, Any]:
    return {
        "name": question.name,
        "label": question.label,
        "kind": question.kind,
        "per_ticket": question.per_ticket,
        "required": question.is_required,
        "choices": [value for value, _text in question.options],
    }


def _order_fee(performance: Performance) -> Decimal:
    fees = fees_of(performance).get(Channel.API)
    return fees.order_fee if fees else Decimal(0)


def show_out(show: Show) -> dict[str, Any]:
    """Render a show, with its artists and tags."""
    return {
        "slug": show.slug,
        "title": show.title,
        "artists": [artist.name for artist in show.artists.all()],
        "tags": [tag.slug for tag in show.tags.all()],
        "description": show.description,
        "age_rating": show.age_rating,
        "duration": show.duration,
        "rating": show.rating,
        "picture": picture_out(show.poster, show.poster_small),
        "url": absolute(show.get_absolute_url()),
        "next_performance": getattr(show, "performance_id", None),
    }
