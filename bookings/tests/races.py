"""The races of the sale run as all races of this project do."""

from core.testing.races import Outcome, losers, meet_after, race, winners

__all__ = ["Outcome", "losers", "meet_after", "race", "winners"]
