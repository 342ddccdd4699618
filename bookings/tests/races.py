"""Run the races of the sale, as all races of this project."""

from core.testing.races import Outcome, losers, meet_after, race, winners

__all__ = ["Outcome", "losers", "meet_after", "race", "winners"]
