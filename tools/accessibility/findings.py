"""What the checks have found: by criterion, in which states of which pages."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

MOST = 40  # Failures of a criterion to keep; as many of a kind are one fault.


@dataclass
class Findings:
    """How often each criterion was checked, by what, and what was wrong."""

    checks: dict[str, dict[str, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )
    failures: dict[str, list[dict[str, str]]] = field(default_factory=lambda: defaultdict(list))

    def note(self, criterion: str, check: str, state: str, faults: Iterable[str]) -> None:
        """Note that a check of a criterion ran in a state of a page, and the faults it found."""
        self.checks[criterion][check] += 1
        for fault in faults:
            if len(self.failures[criterion]) < MOST:
                self.failures[criterion].append({"state": state, "check": check, "fault": fault})
