"""For staff and their integrations: exports of any size, written in the background."""

from typing import Annotated, Any
from urllib.parse import urlencode

from django.http import FileResponse, Http404
from ninja import Field, Router, Schema, Status

from bookings.models import LedgerEntry, Order
from core.links import absolute
from core.spreadsheets import CONTENT_TYPES
from exports.admin_lists import UnknownFilter, listed_rows
from exports.models import Export, export_storage
from exports.operations import begin_export
from exports.sheets import SHEETS

from ..callers import STAFF, ApiRequest, require
from ..models import Scope
from ..problems import Problem
from ..schemas import Id, OneOf

router = Router(auth=STAFF)
ADD = "exports.add_export"
# The permission to see the rows of each report.
REPORTS = {"orders": "bookings.view_order", "transactions": "bookings.view_ledgerentry"}


class ExportIn(Schema):
    """The filters are those of the lists.

    `status` and `q` of orders, `kind` and `order` of transactions.
    """

    report: Annotated[str, OneOf.of(REPORTS)] = Field(examples=["orders"])
    format: Annotated[str, OneOf.of(Export.Format.values)] = "csv"
    performance: Id | None = None
    status: Annotated[str, OneOf.of(["", *Order.Status.values])] = ""
    q: Annotated[str, Field(max_length=254)] = ""
    kind: Annotated[str, OneOf.of(["", *LedgerEntry.Kind.values])] = ""
    order: Annotated[str, Field(max_length=12)] = ""


class ExportOut(Schema):
    id: int
    report: str
    format: str
    status: Annotated[str, OneOf.of(Export.Status.values)]
    rows_total: int
    rows_done: int
    failure: str = Field(description="Why it failed.")
    url: str | None = Field(description="Where to download the file, once it is done.")


@router.post("", response={202: ExportOut}, summary="Start an export")
def create_export(request: ApiRequest, data: ExportIn) -> Status[dict[str, Any]]:
    """Start an export in the background. The owner gets an e-mail when it is done."""
    require(request, Scope.ORDERS, REPORTS[data.report], ADD)
    sheet, user = SHEETS[data.report], request.caller.account
    query = _query_of(data)
    try:
        rows = listed_rows(model=sheet.model, query=query, user=user)
    except UnknownFilter as refusal:
        raise Problem(422, "invalid", str(refusal)) from None
    export = begin_export(
        sheet=sheet, file_format=data.format, query=query, by=user, count=rows.count()
    )
    return Status(202, export_out(export))


@router.get("/{pk}", response=ExportOut, summary="Get an export")
def get_export(request: ApiRequest, pk: Id) -> dict[str, Any]:
    """Return the progress of an export that you started."""
    return export_out(_find(request, pk))


@router.get(
    "/{pk}/file",
    response={200: None},
    summary="Download an export",
    openapi_extra={
        "responses": {
            200: {
                "description": "The file.",
                "content": {
                    CONTENT_TYPES[name]: {"schema": {"type": "string", "format": "binary"}}
                    for name in Export.Format.values
                },
            }
        }
    },
)
def download_export(request: ApiRequest, pk: Id) -> FileResponse:
    """Download the file of an export. 404 before it is done, and after it was deleted."""
    export = _find(request, pk)
    try:
        if not export.file:
            raise FileNotFoundError
        file = export_storage().open(export.file, "rb")
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(
        file,
        as_attachment=True,
        filename=export.file_name,
        content_type=CONTENT_TYPES[export.file_format],
    )


def export_out(export: Export) -> dict[str, Any]:
    """Render an export."""
    names = ("id", "status", "rows_total", "rows_done", "failure")
    return {
        **{name: getattr(export, name) for name in names},
        "report": export.sheet,
        "format": export.file_format,
        "url": absolute(f"/api/v1/staff/exports/{export.pk}/file") if export.file else None,
    }


def _find(request: ApiRequest, pk: int) -> Export:
    """Return the caller's own export if they may still see its rows, or raise `Http404`."""
    require(request, Scope.ORDERS, ADD)
    export = Export.objects.filter(pk=pk, by=request.caller.account).first()
    if export is None or export.sheet not in REPORTS:
        raise Http404
    require(request, Scope.ORDERS, REPORTS[export.sheet])
    if export.with_contacts and not SHEETS[export.sheet].includes_contacts_for(
        request.caller.account
    ):
        raise Http404
    return export


def _query_of(data: ExportIn) -> str:
    """Return the filters as the query of the admin's list."""
    filters: dict[str, Any] = {}
    if data.performance:
        filters["performance__id__exact"] = data.performance
    if data.report == "orders":
        filters |= {"status__exact": data.status, "q": data.q.strip()}
    else:
        filters |= {"kind__exact": data.kind, "order__exact": data.order.strip()}
    return urlencode({name: value for name, value in filters.items() if value})
