"""Delegation of permissions: nobody can grant, or take over, more than they have themselves."""

from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet

from .models import User


def permissions_of(user: User) -> QuerySet[Permission]:
    """Return the permissions of an account, also of an inactive one."""
    if user.is_superuser:
        return Permission.objects.all()
    held = Permission.objects.filter(Q(group__user=user) | Q(user=user))
    return Permission.objects.filter(pk__in=held.order_by().values("pk"))


def may_manage_account(user: User, other: User) -> bool:
    """Return whether `user` may change `other`, who must have no permission that `user` lacks."""
    if user.is_superuser:
        return True
    return not other.is_superuser and not _lacks(user, permissions_of(other))


def may_manage_group(user: User, group: Group) -> bool:
    """Return whether `user` has every permission of the group."""
    return not _lacks(user, group.permissions.all())


def grantable_groups(user: User) -> QuerySet[Group]:
    """Return the groups of which `user` has every permission."""
    lacked = Permission.objects.exclude(pk__in=permissions_of(user).values("pk"))
    return Group.objects.exclude(permissions__in=lacked)


def _lacks(user: User, permissions: QuerySet[Permission]) -> bool:
    return permissions.exclude(pk__in=permissions_of(user).values("pk")).exists()
