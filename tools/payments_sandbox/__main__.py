"""Start the payments sandbox, for development and by hand.

Its keys are the same at each start, so that a .env file can hold them.
"""

import argparse
import logging
import signal
import sys
from pathlib import Path

from .behaviours import Behaviours
from .sandbox import Sandbox

PORT = 8077
ENDING = {signal.SIGINT, signal.SIGTERM}


def main() -> int:
    # A shell may have started it in the background, with SIGINT ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Kept until it is waited for, so that a signal at any moment ends it in the same way.
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    options = _options()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    with options.sandbox as sandbox:
        sandbox.send_stripe_events_to(options.stripe_webhooks)
        print(_introduction(sandbox), flush=True)
        signal.sigwait(ENDING)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make sandbox ARGS=…",
        description=__doc__,
        epilog="Behaviours: " + ", ".join(Behaviours.names()),
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--port", type=int, default=PORT, help=f"default {PORT}; 0 takes a free one"
    )
    parser.add_argument("--url", default="", help="how others reach it, e.g. a phone")
    parser.add_argument(
        "--stripe-webhooks", metavar="URL", default="", help="send Stripe's events to this address"
    )
    parser.add_argument(
        "--state",
        metavar="FILE",
        type=Path,
        help="keep the records in this file, and begin with those that it has",
    )
    parser.add_argument(
        "--behave",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="choose a behaviour, e.g. slow=3 or refunds=fail; can be repeated",
    )
    options = parser.parse_args()
    options.sandbox = Sandbox(
        host=options.host,
        port=options.port,
        url=options.url.rstrip("/"),
        fixed_keys=True,
        file=options.state,
    )
    for text in options.behave:
        try:
            options.sandbox.behave(**options.sandbox.behaviours.read(text))
        except ValueError as error:
            parser.error(f"--behave {text}: {error}")
    return options


def _introduction(sandbox: Sandbox) -> str:
    return f"""Payments sandbox: {sandbox.url}

For the box office's .env file:

PAYMENT_PROVIDER=stripe
STRIPE_API_BASE={sandbox.url}
STRIPE_SECRET_KEY={sandbox.stripe_key}
STRIPE_WEBHOOK_SECRETS={sandbox.stripe_webhook_secret}
MOLLIE_API_BASE={sandbox.url}
MOLLIE_ACCESS_TOKEN={sandbox.mollie_access_token}
MOLLIE_SECRET_KEY={sandbox.mollie_key}
"""


if __name__ == "__main__":
    sys.exit(main())
