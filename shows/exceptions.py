"""Why the catalogue refuses."""


class NoSuchPerformance(LookupError):
    """There is no performance with this number."""

    def __init__(self, performance_id):
        super().__init__(f"There is no performance {performance_id}.")
        self.performance_id = performance_id
