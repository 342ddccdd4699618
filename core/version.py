"""The version of this release, shown in the page footer and by `manage.py boxoffice --version`."""

VERSION = "1.0.0"
