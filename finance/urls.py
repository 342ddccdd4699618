"""URLs of the till."""

from django.urls import path

from .till import views

app_name = "finance"

urlpatterns = [
    path("", views.till, name="till"),
    path("cash/", views.cash, name="till_cash"),
    path("count/", views.count, name="till_count"),
    path("refunds/<int:pk>/", views.refund, name="till_refund"),
    path("sessions/<int:pk>/", views.session, name="till_session"),
    path("sessions/<int:pk>/cash-up.pdf", views.session_pdf, name="till_session_pdf"),
]
