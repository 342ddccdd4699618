"""URLs of an order's documents."""

from django.urls import path

from . import views

app_name = "documents"

urlpatterns = [
    path("orders/<str:reference>/receipt/", views.receipt, name="receipt"),
    path("orders/<str:reference>/receipt.pdf", views.receipt_pdf, name="receipt_pdf"),
    path(
        "orders/<str:reference>/refunds/<int:pk>.pdf", views.refund_receipt, name="refund_receipt"
    ),
    path("orders/<str:reference>/documents/<int:pk>.pdf", views.document, name="document"),
    path("orders/<str:reference>/invoice/", views.invoice, name="invoice"),
]
