"""Addresses of money: the demo bank's pay page, and the way in for providers' notices."""

from django.urls import path, register_converter
from django.urls.converters import SlugConverter, StringConverter

from . import views
from .providers import is_enabled
from .providers.demo import views as demo


class EnabledProvider(SlugConverter):
    """The name of a payment provider; there are no addresses of those that are not enabled."""

    def to_python(self, value):
        if not is_enabled(value):
            raise ValueError
        return value


class DemoKey(StringConverter):
    """The key of a demo payment; it has no address unless the demo provider is enabled."""

    def to_python(self, value):
        if not is_enabled("demo"):
            raise ValueError
        return value


register_converter(EnabledProvider, "enabled_provider")
register_converter(DemoKey, "demo_key")

app_name = "payments"
urlpatterns = [
    path("demo/<demo_key:key>/", demo.pay, name="demo_pay"),
    path("webhooks/<enabled_provider:provider>/", views.webhook, name="webhook"),
]
