#!/usr/bin/env python
"""Django's command line. Starts the embedded servers if they are needed."""

import os
import sys

from core import dotenv
from devserver import embedded


def main() -> None:
    dotenv.load()
    if embedded.needs_servers(sys.argv):
        try:
            embedded.ensure()
        except embedded.EmbeddedError as error:
            sys.exit(str(error))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "concert.settings")
    check_settings()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def check_settings() -> None:
    """Exit with the message alone if an environment variable is missing or wrong."""
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    try:
        _apps = settings.INSTALLED_APPS
    except ImproperlyConfigured as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
