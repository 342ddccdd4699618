"""Resolve the actors of the transaction log ("staff:3") to names."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.admin.options import ModelAdmin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User


def actor_names(actors: Iterable[str]) -> dict[str, str]:
    """Return a name for each actor such as "staff:3", in at most two queries.

    Unknown actors, such as deleted accounts, keep the text of the log.
    """
    parts = {actor: actor.partition(":") for actor in actors}
    users = _named(User.objects, parts, ("staff", "user"))
    keys = _named(apps.get_model("api", "ApiKey").objects, parts, ("key",))
    names = {}
    for actor, (kind, _colon, number) in parts.items():
        if kind == "staff" and number in users:
            names[actor] = users[number].name or users[number].email
        elif kind == "user" and number in users:
            names[actor] = users[number].name or _("Customer (account %s)") % number
        elif kind == "key" and number in keys:
            names[actor] = _("API key “%s”") % keys[number].name
        elif kind == "visitor":
            names[actor] = _("Customer without an account")
        elif actor == "system":
            names[actor] = _("System")
        else:
            names[actor] = actor
    return names


class ActorsChangeList(ChangeList):
    """A page of rows that resolves the names of all its actors at once."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        actors_admin: Any = self.model_admin
        field = actors_admin.actor_field
        self.result_list = list(self.result_list)
        names = actor_names(getattr(row, field) for row in self.result_list)
        for row in self.result_list:
            row.actor_name = names[getattr(row, field)]


class ActorsAdmin(ModelAdmin):
    """Mixin: columns and fields with the name of the row's actor, without a query per row."""

    actor_field = "actor"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ActorsChangeList

    def actor_name(self, row: Any) -> str:
        """Return the name of the actor in `actor_field`."""
        actor = getattr(row, self.actor_field)
        name: str | None = getattr(row, "actor_name", None)
        return actor_names([actor])[actor] if name is None else name


def actors_named(text: str) -> list[str]:
    """Return the actors of staff whose name or e-mail address contains the text."""
    staff: QuerySet = User.objects.filter(is_staff=True)
    found = staff.filter(Q(name__icontains=text) | Q(email__icontains=text))
    return [f"staff:{pk}" for pk in found.values_list("pk", flat=True)]


def _named(rows, parts, kinds):
    """Return the rows of the actors of these kinds, by primary key as text."""
    wanted = {
        int(number)
        for kind, _colon, number in parts.values()
        if kind in kinds and number.isascii() and number.isdecimal() and len(number) < 19
    }
    return {str(row.pk): row for row in rows.filter(pk__in=wanted)} if wanted else {}
