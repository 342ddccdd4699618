"""Web servers without one of their guards, for control tests."""

from tools.faults.processes import web


def web_without_polling(*, port):
    """Run a web server that gets no webhooks and does not poll the bank."""
    from bookings.aftersale import customer_status
    from payments.providers.demo import bank

    bank.receive_webhook = lambda **notice: None
    customer_status.settle_payment = lambda payment, **_options: payment
    web(port=port)


def web_with_host_clock(*, port, clock):
    """Run a web server that uses the clock of its host, made by `clocks_of_hosts`."""
    from django.conf import settings

    options = settings.DATABASES["default"]["OPTIONS"]
    options["options"] += f" -c search_path={clock},pg_catalog,public"
    web(port=port)
