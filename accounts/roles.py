"""What each role of the house may do in the admin.

A role is a group, made by a migration and filled with permissions after each `migrate`, exactly
as this table says. Whoever wants a role of another cut makes a group of their own beside these.

State, places and money change only through actions, and "change" is the permission to take them:
fields that tell of a sale cannot be edited by anybody.

`docs/roles.md` says page by page what follows from this table, and a test holds the two together.
"""

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

VIEW = {"view"}
CHANGE = {"view", "change"}
EDIT = {"view", "add", "change"}
ALL = {"view", "add", "change", "delete"}


class Role(models.TextChoices):
    MANAGER = "Manager", _("Manager")
    BOX_OFFICE = "Box office", _("Box office")
    DOOR = "Door", _("Door")
    FINANCE = "Finance", _("Finance")


# What everybody behind the counter sees of the programme.
PROGRAMME = {
    "venues.venue": VIEW,
    "venues.seatingplan": VIEW,
    "venues.section": VIEW,
    "venues.seat": VIEW,
    "shows.artist": VIEW,
    "shows.tag": VIEW,
    "shows.show": VIEW,
    "shows.performance": VIEW,
    "shows.pricecategory": VIEW,
    "shows.concession": VIEW,
}

PERMISSIONS = {
    Role.MANAGER: {
        "accounts.user": {*EDIT, "approve"},
        "auth.group": VIEW,
        "venues.venue": ALL,
        "venues.seatingplan": ALL,
        "venues.section": ALL,
        "venues.seat": ALL,
        "shows.artist": ALL,
        "shows.tag": ALL,
        "shows.show": ALL,
        "shows.performance": ALL,
        "shows.pricecategory": ALL,
        "shows.concession": ALL,
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
        "bookings.ledgerentry": VIEW,
        "exports.export": {"view", "add"},
        "door.checkin": EDIT,
        "payments.payment": CHANGE,
        "payments.refund": CHANGE,
        "payments.providerevent": VIEW,
        "payments.democharge": VIEW,
        "staff_activity.fieldchange": VIEW,
        "staff_activity.staffaction": VIEW,
        "staff_activity.signin": VIEW,
        "api.apikey": EDIT,
        "api.endpoint": ALL,
        "api.event": VIEW,
        "api.delivery": CHANGE,
        "emails.outboxemail": CHANGE,
        "emails.optout": ALL,
        "emails.consent": VIEW,
    },
    Role.BOX_OFFICE: {
        **PROGRAMME,
        "accounts.user": {*VIEW, "approve"},
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
        "exports.export": {"view", "add"},
        "door.checkin": EDIT,
        "payments.payment": CHANGE,
        "payments.refund": VIEW,
        "emails.outboxemail": CHANGE,
        "emails.optout": VIEW,
        "emails.consent": VIEW,
    },
    Role.DOOR: {
        **PROGRAMME,
        # The pages of the door: names and seats of one performance. No lists of the admin.
        "door.checkin": {"add"},
    },
    Role.FINANCE: {
        **PROGRAMME,
        "bookings.order": VIEW,
        "bookings.ticket": VIEW,
        "bookings.ticketchange": VIEW,
        "bookings.ledgerentry": VIEW,
        "exports.export": {"view", "add"},
        "payments.payment": CHANGE,
        "payments.refund": CHANGE,
        "payments.providerevent": VIEW,
        "payments.democharge": VIEW,
        "staff_activity.fieldchange": VIEW,
        "staff_activity.staffaction": VIEW,
        "staff_activity.signin": VIEW,
    },
}


def appoint(*, user, role):
    """Let the account into the admin, in this role."""
    user.groups.add(Group.objects.get(name=role))
    if not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])


def is_role(group):
    return group.name in Role.values


def fill_roles(sender, using, **kwargs):
    """Give each role exactly what the table says, after the last app has been migrated.

    Runs at each `migrate`, because permissions of new models only exist once their own app is
    through. A line for a model that is not there (yet) is passed over.
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
            wanted = [permissions[key] for key in codenames_of(role) if key in permissions]
            group.permissions.set(wanted)


def codenames_of(role):
    """Yield (app label, codename) of every permission that the table gives the role."""
    for name, actions in PERMISSIONS[role].items():
        app_label, model_name = name.split(".")
        for action in sorted(actions):
            yield app_label, f"{action}_{model_name}"


def _last_app():
    """The app whose turn comes last among those that `migrate` announces."""
    return [config for config in apps.get_app_configs() if config.models_module][-1]
