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


# What all staff see of the programme.
PROGRAMME = {
    "venues.venue": VIEW,
    "venues.venuefees": VIEW,
    "venues.venuepicture": VIEW,
    "venues.sectionview": VIEW,
    "venues.seatingplan": VIEW,
    "venues.section": VIEW,
    "venues.seat": VIEW,
    "shows.artist": VIEW,
    "shows.tag": VIEW,
    "shows.show": VIEW,
    "shows.showpicture": VIEW,
    "shows.medialink": VIEW,
    "shows.performance": VIEW,
    "shows.pricecategory": VIEW,
    "shows.concessiontype": VIEW,
    "shows.concession": VIEW,
    "shows.question": VIEW,
    "shows.pricelist": VIEW,
    "shows.listedcategory": VIEW,
    "shows.listedconcession": VIEW,
    "shows.performancefees": VIEW,
}

PERMISSIONS: dict[str, dict[str, set[str]]] = {
    Role.MANAGER: {
        "organisation.organisation": CHANGE,
        "organisation.legaltext": ALL,
        "organisation.helpentry": ALL,
        "organisation.translation": ALL,
        "organisation.seller": ALL,
        "organisation.promoter": ALL,
        "finance.document": VIEW,
        "accounts.user": {*EDIT, "approve", "enrol"},
        "auth.group": VIEW,
        "venues.venue": ALL,
        "venues.venuefees": ALL,
        "venues.venuepicture": ALL,
        "venues.sectionview": ALL,
        "venues.seatingplan": ALL,
        "venues.editedplan": ALL,
        "venues.section": ALL,
        "venues.seat": ALL,
        "shows.artist": ALL,
        "shows.tag": ALL,
        "shows.show": ALL,
        "shows.showpicture": ALL,
        "shows.medialink": ALL,
        "shows.performance": ALL,
        "shows.pricecategory": ALL,
        "shows.concessiontype": ALL,
        "shows.concession": ALL,
        "shows.performancetemplate": ALL,
        "shows.question": EDIT,
        "shows.pricelist": ALL,
        "shows.listedcategory": ALL,
        "shows.listedconcession": ALL,
        "shows.performancefees": ALL,
        "shows.review": ALL,
        "shows.follow": VIEW,
        "shows.alert": VIEW,
        "waitingroom.waitingroom": ALL,
        "waitingroom.lane": ALL,
        "waitingroom.admissionbatch": VIEW,
        "waitingroom.pass": VIEW,
        "bookings.place": CHANGE,
        "bookings.allocation": CHANGE,
        "bookings.allocatedplace": CHANGE,
        "bookings.hold": CHANGE,
        "bookings.order": {*CHANGE, "contact"},
        "bookings.ticket": CHANGE,
        "bookings.ticketchange": VIEW,
        "bookings.ledgerentry": {*VIEW, "insights"},
        "exports.export": {"view", "add"},
        "door.checkin": EDIT,
        "payments.payment": CHANGE,
        "payments.refund": CHANGE,
        "payments.dispute": VIEW,
        "payments.payout": VIEW,
        "payments.payoutline": VIEW,
        "payments.providerevent": VIEW,
        "payments.democharge": VIEW,
        "finance.settlement": ALL,
        "finance.tillsession": {"view", "use"},
        "finance.tillentry": VIEW,
        "finance.bankstatement": {"view", "add"},
        "finance.banktransfer": CHANGE,
        "finance.bankdebit": CHANGE,
        "finance.reconciliationtask": CHANGE,
        "finance.journalaccount": ALL,
        "staff_activity.fieldchange": VIEW,
        "staff_activity.staffaction": VIEW,
        "staff_activity.signin": VIEW,
        "api.apikey": EDIT,
        "api.endpoint": ALL,
        "api.event": VIEW,
        "api.delivery": CHANGE,
        "bookings.customermessage": {"view", "add"},
        "emails.outboxemail": CHANGE,
        "emails.optout": ALL,
        "emails.emailtemplate": EDIT,
        "emails.consent": VIEW,
    },
    Role.BOX_OFFICE: {
        **PROGRAMME,
        "accounts.user": {*VIEW, "approve", "enrol"},
        "shows.review": CHANGE,
        "waitingroom.waitingroom": CHANGE,
        "waitingroom.lane": VIEW,
        "bookings.place": CHANGE,
        "bookings.allocation": CHANGE,
        "bookings.allocatedplace": CHANGE,
        "bookings.hold": CHANGE,
        "bookings.order": {*CHANGE, "contact"},
        "bookings.ticket": CHANGE,
        "bookings.ticketchange": VIEW,
        "bookings.ledgerentry": VIEW,
        "finance.document": VIEW,
        "exports.export": {"view", "add"},
        "door.checkin": EDIT,
        "payments.payment": CHANGE,
        "payments.refund": VIEW,
        "payments.dispute": VIEW,
        "finance.tillsession": {"use"},
        "bookings.customermessage": {"view", "add"},
        "emails.outboxemail": CHANGE,
        "emails.optout": VIEW,
        "emails.consent": VIEW,
    },
    Role.DOOR: {
        **PROGRAMME,
        # The door pages: names and seats of one performance. No lists in the admin.
        "door.checkin": {"add"},
        # Sells at the door, and counts the cash of its own till.
        "finance.tillsession": {"use"},
    },
    Role.FINANCE: {
        **PROGRAMME,
        "organisation.seller": EDIT,
        "organisation.promoter": ALL,
        "finance.document": VIEW,
        "bookings.order": VIEW,
        "bookings.ticket": VIEW,
        "bookings.ticketchange": VIEW,
        "bookings.ledgerentry": {*VIEW, "insights"},
        "exports.export": {"view", "add"},
        "payments.payment": CHANGE,
        "payments.refund": CHANGE,
        "payments.dispute": VIEW,
        "payments.payout": VIEW,
        "payments.payoutline": VIEW,
        "payments.providerevent": VIEW,
        "payments.democharge": VIEW,
        "finance.settlement": ALL,
        "finance.tillsession": VIEW,
        "finance.tillentry": VIEW,
        "finance.bankstatement": {"view", "add"},
        "finance.banktransfer": CHANGE,
        "finance.bankdebit": CHANGE,
        "finance.reconciliationtask": CHANGE,
        "finance.journalaccount": ALL,
        "staff_activity.fieldchange": VIEW,
        "staff_activity.staffaction": VIEW,
        "staff_activity.signin": VIEW,
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
