"""Shows, their performances and prices, reviews, and who follows what."""

from .concessions import Concession, ConcessionType
from .follows import Alert, Follow
from .media import MediaLink, ShowPicture
from .performance_templates import PerformanceTemplate
from .performances import Performance, PerformanceFees, PriceCategory
from .price_lists import ListedCategory, ListedConcession, PriceList
from .questions import Question
from .reviews import Review
from .search_terms import SearchTerm
from .shows import Artist, Show, Tag

__all__ = [
    "Alert",
    "Artist",
    "Concession",
    "ConcessionType",
    "Follow",
    "ListedCategory",
    "ListedConcession",
    "MediaLink",
    "Performance",
    "PerformanceFees",
    "PerformanceTemplate",
    "PriceCategory",
    "PriceList",
    "Question",
    "Review",
    "SearchTerm",
    "Show",
    "ShowPicture",
    "Tag",
]
