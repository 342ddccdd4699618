"""Which rows of the audit log a user may see."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast

from accounts.models import User

# Shown to auditors although they may not open these pages: permissions, and what staff and their
# integrations may do.
AUDITED = {"auth.group", "mfa.authenticator", "api.apikey", "api.endpoint", "waitingroom.lane"}


def visible_rows(lines: QuerySet, *, user: User, key: str) -> QuerySet:
    """Leave out rows about objects whose pages the user may not see, and about customers.

    Rows about staff accounts stay. `key` names the field with the object's primary key as text.
    """
    if user.is_superuser:
        return lines
    kinds = [kind.pk for kind in ContentType.objects.all() if _may_see(user, kind)]
    visible = Q(content_type__in=kinds)
    if not user.has_perm("accounts.view_user"):
        staff = User.objects.filter(is_staff=True).annotate(key=Cast("pk", CharField()))
        accounts = ContentType.objects.get_for_model(User)
        visible |= Q(content_type=accounts) & Q(**{f"{key}__in": staff.values("key")})
    return lines.filter(visible)


def _may_see(user, kind):
    return f"{kind.app_label}.{kind.model}" in AUDITED or user.has_perm(
        f"{kind.app_label}.view_{kind.model}"
    )


class AccountFilterMixin:
    """A mixin that hides filters by account from users who may not view accounts."""

    def get_list_filter(self, request):
        filters = super().get_list_filter(request)
        if request.user.has_perm("accounts.view_user"):
            return filters
        return [one for one in filters if one not in self.account_filters]
