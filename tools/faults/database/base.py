from core.database import base

from .. import points


class DatabaseWrapper(base.DatabaseWrapper):
    def _commit(self):
        points.reach(points.BEFORE_COMMIT)
        super()._commit()
        points.reach(points.AFTER_COMMIT)
