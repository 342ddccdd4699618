"""Web servers without one of their guards: what a control starts, in a process of its own."""

from tools.faults.processes import web


def web_that_waits_to_be_told(*, port):
    """No notice of the bank arrives, and the order's page does not ask."""
    from bookings.aftersale import customer_status
    from payments.providers.demo import bank

    bank.receive_webhook = lambda **notice: None
    customer_status.settle_payment = lambda payment: payment
    web(port=port)


def web_by_its_own_clock(*, port, clock):
    """Whatever asks for the time is told that of the host, made by `clocks_of_hosts`."""
    from django.conf import settings

    options = settings.DATABASES["default"]["OPTIONS"]
    options["options"] += f" -c search_path={clock},pg_catalog,public"
    web(port=port)
