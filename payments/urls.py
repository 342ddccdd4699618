"""URLs of payments: the demo bank's pay page and the providers' webhooks."""

from django.urls import path, register_converter
from django.urls.converters import SlugConverter, StringConverter

from . import webhooks
from .providers import is_enabled
from .providers.demo import views as demo


class EnabledProvider(SlugConverter):
    """The name of a payment provider; URLs of providers that are not enabled do not exist."""

    def to_python(self, value: str) -> str:
        if not is_enabled(value):
            raise ValueError
        return value


class DemoKey(StringConverter):
    """The key of a demo payment; its URL does not exist unless the demo provider is enabled."""

    def to_python(self, value: str) -> str:
        if not is_enabled("demo"):
            raise ValueError
        return value


register_converter(EnabledProvider, "enabled_provider")
register_converter(DemoKey, "demo_key")

app_name = "payments"
urlpatterns = [
    path("demo/<demo_key:key>/", demo.pay, name="demo_pay"),
    path("webhooks/<enabled_provider:provider>/", webhooks.webhook, name="webhook"),
]
