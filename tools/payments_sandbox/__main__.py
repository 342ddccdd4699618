"""Start the payments sandbox: `python -m tools.payments_sandbox --help`."""

import argparse
import contextlib
import logging
import sys
import threading

from .sandbox import Sandbox


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.payments_sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8077)
    parser.add_argument(
        "--stripe-webhooks", metavar="URL", default="", help="send Stripe's events to this address"
    )
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    with Sandbox(host=options.host, port=options.port) as sandbox:
        sandbox.send_stripe_events_to(options.stripe_webhooks)
        print(f"Payments sandbox: {sandbox.url}\n")
        print(f"STRIPE_API_BASE={sandbox.url}")
        print(f"STRIPE_SECRET_KEY={sandbox.stripe_key}")
        print(f"STRIPE_WEBHOOK_SECRET={sandbox.stripe_webhook_secret}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
