"""What the checks have found: by criterion, in which states of which pages."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

MOST = 40  # Different failures of a criterion to keep.


@dataclass
class Findings:
    """How often each criterion was checked, by what, and what was wrong."""

    checks: dict[str, dict[str, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )
    failures: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    # The address of the site, which is left out of the texts.
    address: str = ""

    def note(self, criterion: str, check: str, state: str, faults: Iterable[str]) -> None:
        """Note that a check of a criterion ran in a state of a page, and the faults it found.

        A fault that a check finds in several states is one failure, which counts them.
        """
        self.checks[criterion][check] += 1
        for fault in dict.fromkeys(faults):
            text = fault.replace(self.address, "") if self.address else fault
            self._add(self.failures[criterion], check, state, text)

    def _add(self, failures, check, state, fault):
        for one in failures:
            if (one["check"], one["fault"]) == (check, fault):
                one["states"] += 1
                return
        if len(failures) < MOST:
            failures.append({"state": state, "check": check, "fault": fault, "states": 1})
