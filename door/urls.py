"""Addresses of the door."""

from django.urls import path

from . import views

app_name = "door"

urlpatterns = [
    path("", views.choose, name="choose"),
    path("read/", views.read, name="read"),
    path("<int:pk>/", views.scan, name="scan"),
    path("<int:pk>/check/", views.check, name="check"),
    path("<int:pk>/undo/", views.undo, name="undo"),
    path("<int:pk>/count/", views.count, name="count"),
    path("<int:pk>/name/", views.name, name="name"),
]
