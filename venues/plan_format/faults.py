"""What is wrong with a plan file, and where."""

from dataclasses import dataclass

# Who has twenty faults to mend has enough to do.
MOST_FAULTS = 20


@dataclass(frozen=True)
class PlanFault:
    # Such as `zones[2].rows[0].seats[14].category`; empty for the file as a whole.
    path: str
    message: str

    def __str__(self):
        return f"{self.path}: {self.message}" if self.path else str(self.message)


class InvalidPlan(Exception):
    """The file can't become a plan. `faults` tells why: at least one, at most MOST_FAULTS."""

    def __init__(self, faults):
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class Faults:
    """Collects faults, and gives up with InvalidPlan when there are enough of them."""

    def __init__(self):
        self._faults = {}

    def add(self, path, message):
        self._faults.setdefault(PlanFault(path, str(message)))
        if len(self._faults) >= MOST_FAULTS:
            self.refuse()

    def refuse_if_any(self):
        if self._faults:
            self.refuse()

    def refuse(self):
        raise InvalidPlan(self._faults)
