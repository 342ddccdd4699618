"""All steps of the week, in their order."""

from .counter import COUNTER
from .door import DOOR
from .money import MONEY
from .opening import OPENING
from .orders import ORDERS
from .performances import PERFORMANCES
from .shop import customers_buy_online

STEPS = [*OPENING, customers_buy_online, *COUNTER, *ORDERS, *PERFORMANCES, *DOOR, *MONEY]
