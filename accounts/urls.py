from django.urls import path

from . import views

app_name = "accounts"

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("waiting/", views.waiting, name="waiting"),
    path("second-factor/", views.second_factor, name="second_factor"),
]
