"""Addresses of money: the demo bank's pay page, and the way in for providers' notices."""

from django.urls import path

from . import views
from .providers.demo import views as demo

app_name = "payments"
urlpatterns = [
    path("demo/<str:key>/", demo.pay, name="demo_pay"),
    path("webhooks/<slug:provider>/", views.webhook, name="webhook"),
]
