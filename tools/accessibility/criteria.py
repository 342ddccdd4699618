"""The success criteria of WCAG 2.2, levels A and AA, who can judge them, and what was found.

Clause 9 of EN 301 549 (V3.2.1) numbers the criteria of WCAG 2.1 as WCAG does: 9.1.4.3 is 1.4.3. The
six that WCAG 2.2 adds are not in that version yet; 4.1.1 is in it but no longer in WCAG.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

# New in WCAG 2.2.
ADDED = frozenset({"2.4.11", "2.5.7", "2.5.8", "3.2.6", "3.3.7", "3.3.8"})


@dataclass(frozen=True)
class Criterion:
    number: str
    name: str
    level: str
    # Whether a program's checks are enough to say that it passes. Failures are always reported.
    is_judged: bool

    @property
    def clause(self) -> str:
        """The clause of EN 301 549."""
        return "new in WCAG 2.2" if self.number in ADDED else f"9.{self.number}"


# Number, level, name; "+" where a program can judge it, "-" where a person has to.
LIST = """
1.1.1 A - Non-text Content
1.2.1 A + Audio-only and Video-only (Prerecorded)
1.2.2 A + Captions (Prerecorded)
1.2.3 A + Audio Description or Media Alternative (Prerecorded)
1.2.4 AA + Captions (Live)
1.2.5 AA + Audio Description (Prerecorded)
1.3.1 A - Info and Relationships
1.3.2 A - Meaningful Sequence
1.3.3 A - Sensory Characteristics
1.3.4 AA + Orientation
1.3.5 AA + Identify Input Purpose
1.4.1 A - Use of Color
1.4.2 A + Audio Control
1.4.3 AA + Contrast (Minimum)
1.4.4 AA + Resize Text
1.4.5 AA - Images of Text
1.4.10 AA + Reflow
1.4.11 AA - Non-text Contrast
1.4.12 AA + Text Spacing
1.4.13 AA - Content on Hover or Focus
2.1.1 A - Keyboard
2.1.2 A + No Keyboard Trap
2.1.4 A - Character Key Shortcuts
2.2.1 A - Timing Adjustable
2.2.2 A - Pause, Stop, Hide
2.3.1 A - Three Flashes or Below Threshold
2.4.1 A + Bypass Blocks
2.4.2 A - Page Titled
2.4.3 A - Focus Order
2.4.4 A - Link Purpose (In Context)
2.4.5 AA - Multiple Ways
2.4.6 AA - Headings and Labels
2.4.7 AA + Focus Visible
2.4.11 AA + Focus Not Obscured (Minimum)
2.5.1 A - Pointer Gestures
2.5.2 A - Pointer Cancellation
2.5.3 A + Label in Name
2.5.4 A - Motion Actuation
2.5.7 AA - Dragging Movements
2.5.8 AA + Target Size (Minimum)
3.1.1 A + Language of Page
3.1.2 AA - Language of Parts
3.2.1 A + On Focus
3.2.2 A - On Input
3.2.3 AA + Consistent Navigation
3.2.4 AA - Consistent Identification
3.2.6 A + Consistent Help
3.3.1 A + Error Identification
3.3.2 A - Labels or Instructions
3.3.3 AA - Error Suggestion
3.3.4 AA - Error Prevention (Legal, Financial, Data)
3.3.7 A + Redundant Entry
3.3.8 AA + Accessible Authentication (Minimum)
4.1.2 A + Name, Role, Value
4.1.3 AA - Status Messages
"""


def _read(line: str) -> Criterion:
    number, level, judged, name = line.split(" ", 3)
    return Criterion(number, name, level, judged == "+")


CRITERIA = {one.number: one for one in map(_read, LIST.strip().splitlines())}


def criterion_of_tag(tag: str) -> str | None:
    """Return the number of the criterion of a tag of axe ("wcag1410": 1.4.10), if it is one."""
    digits = tag.removeprefix("wcag")
    if digits == tag or not digits.isdigit() or len(digits) < 3:
        return None
    number = f"{digits[0]}.{digits[1]}.{digits[2:]}"
    return number if number in CRITERIA else None


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
            self.add(criterion, check, state, text)

    def add(self, criterion: str, check: str, state: str, fault: str) -> None:
        """Add a failure, or count it if it is known from another state."""
        failures = self.failures[criterion]
        for one in failures:
            if (one["check"], one["fault"]) == (check, fault):
                one["states"] += 1
                return
        if len(failures) < MOST:
            failures.append({"state": state, "check": check, "fault": fault, "states": 1})
