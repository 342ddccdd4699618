"""URLs of finance."""

from django.urls import include, path

from .promoters import views as promoter_views
from .till import views

app_name = "finance"

till_patterns = [
    path("", views.till, name="till"),
    path("cash/", views.cash, name="till_cash"),
    path("count/", views.count, name="till_count"),
    path("refunds/<int:pk>/", views.refund, name="till_refund"),
    path("sessions/<int:pk>/", views.session, name="till_session"),
    path("sessions/<int:pk>/cash-up.pdf", views.session_pdf, name="till_session_pdf"),
]

promoter_patterns = [
    path("", promoter_views.overview, name="promoter"),
    path(
        "settlements/<int:pk>.<str:file_format>",
        promoter_views.settlement,
        name="promoter_settlement",
    ),
]

urlpatterns = [
    path("till/", include(till_patterns)),
    path("promoter/", include(promoter_patterns)),
]
