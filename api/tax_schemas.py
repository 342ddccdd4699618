"""Schemas of tax and fees, as a venue, performance, price category or concession sets them."""

from typing import Annotated

from ninja import Field, Schema

from organisation.models import Channel

from .schemas import OneOf


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
