"""The built-in roles and their permissions in the admin.

A role is a group, created and given exactly these permissions after each `migrate`. Sites that need
another role create a group of their own.

Sales data changes only through admin actions, for which "change" is the permission: nobody can edit
its fields.

`docs/roles.md` lists page by page what follows from this table; a test keeps both in step.

Nobody can grant, or take over, more permissions than they have themselves.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.models import Group, Permission
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from .models import User

VIEW = {"view"}
CHANGE = {"view", "change"}
EDIT = {"view", "add", "change"}
ALL = {"view", "add", "change", "delete"}


class Role(models.TextChoices):
    MANAGER = "Manager", _("Manager")
    BOX_OFFICE = "Box office", _("Box office")
    DOOR = "Door", _("Door")
    FINANCE = "Finance", _("Finance")


# What all staff see of the programme, and what managers edit.
PROGRAMME = [
    *["venues.venue", "venues.venuefees", "venues.venuepicture", "venues.sectionview"],
    *["venues.seatingplan", "venues.section", "venues.seat"],
    *["shows.artist", "shows.tag", "shows.show", "shows.showpicture", "shows.medialink"],
    *["shows.performance", "shows.pricecategory", "shows.concessiontype", "shows.concession"],
    *["shows.question", "shows.pricelist", "shows.listedcategory", "shows.listedconcession"],
    "shows.performancefees",
]
# Who sells, or answers customers.
SALES = {
    **dict.fromkeys(["bookings.place", "bookings.allocation", "bookings.allocatedplace"], CHANGE),
    **dict.fromkeys(["bookings.hold", "bookings.ticket"], CHANGE),
    "bookings.order": {*CHANGE, "contact"},
    "bookings.ticketchange": VIEW,
    "bookings.customermessage": {"view", "add"},
    "finance.document": VIEW,
    "exports.export": {"view", "add"},
    "door.checkin": EDIT,
    "emails.outboxemail": CHANGE,
    "emails.consent": VIEW,
}
# Who is responsible for the money.
MONEY = {
    "organisation.promoter": ALL,
    "bookings.ticketchange": VIEW,
    "bookings.ledgerentry": {*VIEW, "insights"},
    "exports.export": {"view", "add"},
    "payments.payment": CHANGE,
    "payments.refund": CHANGE,
    **dict.fromkeys(["payments.dispute", "payments.payout", "payments.payoutline"], VIEW),
    **dict.fromkeys(["payments.providerevent", "payments.democharge"], VIEW),
    "finance.document": VIEW,
    "finance.settlement": ALL,
    "finance.tillentry": VIEW,
    "finance.bankstatement": {"view", "add"},
    **dict.fromkeys(["finance.banktransfer", "finance.bankdebit"], CHANGE),
    "finance.reconciliationtask": CHANGE,
    "finance.journalaccount": ALL,
    **dict.fromkeys(["staff_activity.fieldchange", "staff_activity.staffaction"], VIEW),
    "staff_activity.signin": VIEW,
}

PERMISSIONS: dict[str, dict[str, set[str]]] = {
    Role.MANAGER: {
        **dict.fromkeys(PROGRAMME, ALL),
        **SALES,
        **MONEY,
        "organisation.organisation": CHANGE,
        **dict.fromkeys(["organisation.legaltext", "organisation.helpentry"], ALL),
        **dict.fromkeys(["organisation.translation", "organisation.seller"], ALL),
        "accounts.user": {*EDIT, "approve", "enrol"},
        "auth.group": VIEW,
        **dict.fromkeys(["venues.editedplan", "shows.performancetemplate", "shows.review"], ALL),
        "shows.question": EDIT,
        "shows.follow": VIEW,
        "shows.alert": VIEW,
        **dict.fromkeys(["waitingroom.waitingroom", "waitingroom.lane"], ALL),
        **dict.fromkeys(["waitingroom.admissionbatch", "waitingroom.pass"], VIEW),
        "finance.tillsession": {"view", "use"},
        "api.apikey": EDIT,
        "api.endpoint": ALL,
        "api.event": VIEW,
        "api.delivery": CHANGE,
        "emails.optout": ALL,
        "emails.emailtemplate": EDIT,
    },
    Role.BOX_OFFICE: {
        **dict.fromkeys(PROGRAMME, VIEW),
        **SALES,
        "accounts.user": {*VIEW, "approve", "enrol"},
        "shows.review": CHANGE,
        "waitingroom.waitingroom": CHANGE,
        "waitingroom.lane": VIEW,
        "bookings.ledgerentry": VIEW,
        "payments.payment": CHANGE,
        "payments.refund": VIEW,
        "payments.dispute": VIEW,
        "finance.tillsession": {"use"},
        "emails.optout": VIEW,
    },
    Role.DOOR: {
        **dict.fromkeys(PROGRAMME, VIEW),
        # The door pages: names and seats of one performance. No lists in the admin.
        "door.checkin": {"add"},
        # Sells at the door, and counts the cash of its own till.
        "finance.tillsession": {"use"},
    },
    Role.FINANCE: {
        **dict.fromkeys(PROGRAMME, VIEW),
        **MONEY,
        "organisation.seller": EDIT,
        "bookings.order": VIEW,
        "bookings.ticket": VIEW,
        "finance.tillsession": VIEW,
    },
}


def appoint(*, user: User, role: str) -> None:
    """Give the account this role and access to the admin."""
    user.groups.add(Group.objects.get(name=role))
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])


def is_role(group: Group) -> bool:
    """Return whether the group is a built-in role."""
    return group.name in Role.values


def sync_role_permissions(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Give each role exactly the permissions of the table, after the last app has been migrated.

    Receives `post_migrate`: permissions of new models exist only after their app was migrated.
    Lines for models that do not exist (yet) are skipped.
    """
    if sender != _last_app():
        return
    permissions = {
        (permission.content_type.app_label, permission.codename): permission
        for permission in Permission.objects.using(using).select_related("content_type")
    }
    with transaction.atomic(using=using):
        for role in Role:
            group, _made = Group.objects.using(using).get_or_create(name=role.value)
            wanted = [permissions[key] for key in permissions_of_role(role) if key in permissions]
            group.permissions.set(wanted)


def permissions_of_role(role: Role) -> Iterator[tuple[str, str]]:
    """Yield (app label, codename) of every permission of the role."""
    for name, actions in PERMISSIONS[role].items():
        app_label, model_name = name.split(".")
        for action in sorted(actions):
            yield app_label, f"{action}_{model_name}"


def _last_app() -> AppConfig:
    """Return the app for which `migrate` sends its last signal."""
    return [config for config in apps.get_app_configs() if config.models_module][-1]


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
