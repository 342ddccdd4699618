"""The steps of the assistant: what each is called, when it is done and what it needs."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.annotations import Text
from organisation.mail_server import has_mail_server

from .state import Setup, has_payment_keys

# Who may use the assistant: superusers and managers.
PERMISSION = "organisation.change_organisation"


@dataclass(frozen=True)
class Step:
    """A page of the assistant. `needs` are the steps that have to be done before."""

    name: str
    title: Text
    intro: Text
    permission: str
    is_done: Callable[[Setup], bool]
    needs: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return reverse("setup:step", args=[self.name])


def may_set_up(user: User | AnonymousUser) -> bool:
    """Return whether the user may use the assistant."""
    return user.is_active and user.is_staff and user.has_perm(PERMISSION)


def _is_test_sent(setup: Setup) -> bool:
    email = setup.test_email
    return has_mail_server() and email is not None and email.state == email.State.SENT


STEPS = [
    Step(
        name="organisation",
        title=_("Organisation"),
        intro=_("Who runs this box office. Customers see it on every page and e-mail."),
        permission=PERMISSION,
        is_done=lambda setup: bool(setup.organisation.email),
    ),
    Step(
        name="venue",
        title=_("Venue"),
        intro=_("Where the show takes place. All its times are local times of the venue."),
        permission="venues.add_venue",
        is_done=lambda setup: setup.venue is not None,
    ),
    Step(
        name="plan",
        title=_("Seating plan"),
        intro=_("Choose one of these ways. You can add other plans later."),
        permission="venues.add_seatingplan",
        is_done=lambda setup: setup.plan is not None,
        needs=("venue",),
    ),
    Step(
        name="show",
        title=_("Show"),
        intro=_("What people come to see. It is published when you put it on sale."),
        permission="shows.add_show",
        is_done=lambda setup: setup.show is not None,
    ),
    Step(
        name="performance",
        title=_("Date and prices"),
        intro=_("When it takes place, in local time of the venue, and what tickets cost."),
        permission="shows.add_performance",
        is_done=lambda setup: setup.performance is not None and not setup.reasons,
        needs=("venue", "plan", "show"),
    ),
    Step(
        name="payment",
        title=_("Payments"),
        intro=_("How customers pay online."),
        permission=PERMISSION,
        is_done=lambda setup: has_payment_keys(),
    ),
    Step(
        name="mail",
        title=_("E-mail"),
        intro=_("Tickets are sent by e-mail. Check that they arrive."),
        permission=PERMISSION,
        is_done=_is_test_sent,
    ),
    Step(
        name="sale",
        title=_("Put on sale"),
        intro=_("Check everything, then open the sale."),
        permission="shows.change_performance",
        is_done=lambda setup: setup.is_open,
        needs=("performance",),
    ),
]
BY_NAME = {step.name: step for step in STEPS}


def step_after(step: Step) -> Step | None:
    """Return the next step, or None after the last one."""
    place = STEPS.index(step) + 1
    return STEPS[place] if place < len(STEPS) else None


def first_to_do(setup: Setup) -> Step:
    """Return the first step that is not done, or the last one."""
    return next((step for step in STEPS if not step.is_done(setup)), STEPS[-1])


def missing_before(step: Step, setup: Setup) -> list[Step]:
    """Return the steps that have to be done before this one."""
    return [BY_NAME[name] for name in step.needs if not BY_NAME[name].is_done(setup)]
