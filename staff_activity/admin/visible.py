"""Which lines of the audit log a reader sees."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from django.http import HttpRequest

from accounts.models import User

# What auditors read about, although they may not open its pages: who got which rights, and what
# staff and their programs may do.
AUDITED = {"auth.group", "mfa.authenticator", "api.apikey", "api.endpoint", "waitingroom.lane"}


def visible_lines(lines: QuerySet, *, user: User, key: str) -> QuerySet:
    """Leave out lines about things whose pages the user may not see, and about customers.

    Lines about accounts of staff stay. `key` names the field with the object's primary key as text.
    """
    if user.is_superuser:
        return lines
    kinds = [kind.pk for kind in ContentType.objects.all() if _may_see(user, kind)]
    seen = Q(content_type__in=kinds)
    if not user.has_perm("accounts.view_user"):
        staff = User.objects.filter(is_staff=True).annotate(key=Cast("pk", CharField()))
        accounts = ContentType.objects.get_for_model(User)
        seen |= Q(content_type=accounts) & Q(**{f"{key}__in": staff.values("key")})
    return lines.filter(seen)


def _may_see(user, kind):
    return f"{kind.app_label}.{kind.model}" in AUDITED or user.has_perm(
        f"{kind.app_label}.view_{kind.model}"
    )


class WithoutAccounts(admin.ModelAdmin):
    """A part of an admin whose filters choose accounts: for those who may see accounts."""

    filters_of_accounts: ClassVar[list[Any]]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        filters = list(super().get_list_filter(request))
        if request.user.has_perm("accounts.view_user"):
            return filters
        return [one for one in filters if one not in self.filters_of_accounts]
