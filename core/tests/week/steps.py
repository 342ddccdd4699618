"""All steps of the week, in their order."""

from .counter import COUNTER
from .door import DOOR
from .money import MONEY
from .opening import OPENING
from .orders import ORDERS
from .performances import PERFORMANCES
from .second_venue import SECOND_VENUE
from .shop import customers_buy_online

STEPS = [
    *OPENING,
    customers_buy_online,
    *COUNTER,
    *ORDERS,
    *PERFORMANCES,
    *SECOND_VENUE,
    *DOOR,
    *MONEY,
]
