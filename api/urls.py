from django.urls import path

from .v1 import service

urlpatterns = [path("api/v1/", service.urls)]
