"""Addresses of the sale."""

from django.urls import path

from .views import performance

app_name = "bookings"

urlpatterns = [
    path("performances/<int:pk>/", performance.performance_page, name="performance"),
]
