from core.database import base
from tools.faults import breakpoints


class DatabaseWrapper(base.DatabaseWrapper):
    def _commit(self):
        breakpoints.reach(breakpoints.BEFORE_COMMIT)
        super()._commit()
        breakpoints.reach(breakpoints.AFTER_COMMIT)
