from django.apps import AppConfig


class DevserverConfig(AppConfig):
    name = "devserver"
