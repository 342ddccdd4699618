from django.urls import path

from . import setup_views, views

app_name = "accounts"

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("language/", views.choose_language, name="language"),
    path("waiting/", views.waiting, name="waiting"),
    path("second-factor/", views.second_factor, name="second_factor"),
    path("setup/", setup_views.create_first_superuser, name="setup"),
    path("setup/<str:token>/", setup_views.open_setup_link, name="setup_link"),
]
