"""Shows, their performances and prices, reviews, and who follows what."""

from .follows import Alert, Follow
from .performances import Concession, Performance, PerformanceFees, PriceCategory
from .reviews import Review
from .shows import Artist, Show, Tag

__all__ = [
    "Alert",
    "Artist",
    "Concession",
    "Follow",
    "Performance",
    "PerformanceFees",
    "PriceCategory",
    "Review",
    "Show",
    "Tag",
]
