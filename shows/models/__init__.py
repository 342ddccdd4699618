"""Shows, their performances and prices, reviews, and who follows what."""

from .concessions import Concession, ConcessionType
from .follows import Alert, Follow
from .performances import Performance, PerformanceFees, PriceCategory
from .reviews import Review
from .shows import Artist, Show, Tag

__all__ = [
    "Alert",
    "Artist",
    "Concession",
    "ConcessionType",
    "Follow",
    "Performance",
    "PerformanceFees",
    "PriceCategory",
    "Review",
    "Show",
    "Tag",
]
