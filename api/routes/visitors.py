"""Names for guests, before they hold anything."""

from ninja import Field, Router, Schema, Status

from core.visitors import new_visitor, signed_visitor

from ..callers import ANYBODY

router = Router(auth=ANYBODY)


class VisitorOut(Schema):
    visitor: str = Field(description="Send it as X-Visitor with everything this guest does.")


@router.post("/visitors", response={201: VisitorOut})
def create_visitor(request):
    """Create a visitor for a guest. With it, `Idempotency-Key` works from the first hold on."""
    return Status(201, {"visitor": signed_visitor(new_visitor())})
