"""What is wrong with a plan file, and where."""

from dataclasses import dataclass

from venues.plan_format.places import place_of

# Who has twenty faults to mend has enough to do.
MAX_FAULTS = 20


@dataclass(frozen=True)
class PlanFault:
    # Such as `zones[2].rows[0].seats[14].category`; empty for the file as a whole.
    path: str
    message: str
    # The same for people: `Section “Stalls”, row F, seat 12, category`.
    place: str = ""

    def __str__(self):
        return f"{self.place}: {self.message}" if self.place else self.message


class InvalidPlan(Exception):
    """The file can't become a plan. `faults` tells why: at least one, at most MAX_FAULTS."""

    def __init__(self, faults):
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class Faults:
    """Collects faults, and gives up with InvalidPlan when there are enough of them.

    `document` is the file's content, as far as it is known; faults name their places as it does.
    """

    def __init__(self, document=None):
        self.document = document
        self._faults = {}

    def add(self, path, message):
        fault = PlanFault(path, str(message), place_of(path, self.document))
        self._faults.setdefault(fault)
        if len(self._faults) >= MAX_FAULTS:
            self.refuse()

    def refuse_if_any(self):
        if self._faults:
            self.refuse()

    def refuse(self):
        raise InvalidPlan(self._faults)
