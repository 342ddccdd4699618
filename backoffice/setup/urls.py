"""The pages of the set-up assistant, at /admin/setup/."""

from django.urls import path

from . import views

app_name = "setup"

urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:name>/", views.show_step, name="step"),
]
