"""The texts of rows in the choices of the admin, where no two may look alike."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet


class Namesakes:
    """Mixin of models whose rows can have the same text: where they do, choices say more.

    Rows with equal `namesake_fields` are namesakes; without such fields, every row says more.
    """

    namesake_fields: tuple[str, ...] = ()

    @property
    def detailed_label(self) -> str:
        """The text that no other row has."""
        raise NotImplementedError

    @property
    def choice_label(self) -> str:
        """The text in choices. Needs a query, unless the row comes from `with_namesakes`."""
        return self.detailed_label if self._has_namesake() else str(self)

    def _has_namesake(self) -> bool:
        row: Any = self
        if not self.namesake_fields:
            return True
        if "has_namesake" in row.__dict__:
            return bool(row.has_namesake)
        same = {name: getattr(row, name) for name in self.namesake_fields}
        return bool(type(row)._default_manager.filter(**same).exclude(pk=row.pk).exists())


def choice_label(row: Any) -> str:
    """Return the text of a row in a choice."""
    return row.choice_label if isinstance(row, Namesakes) else str(row)


def with_namesakes(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Let `choice_label` do without a query for each of these rows."""
    model: Any = rows.model
    if not issubclass(model, Namesakes) or not model.namesake_fields:
        return rows
    same = {name: OuterRef(name) for name in model.namesake_fields}
    others = model._default_manager.filter(**same).exclude(pk=OuterRef("pk"))
    return rows.annotate(has_namesake=Exists(others.order_by()))
