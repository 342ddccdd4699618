"""Settings of the documentation site: `make docs` builds it into var/site, without network."""

project = "Concert"
author = "The Concert contributors"
copyright = "2026, the Concert contributors"  # noqa: A001

extensions = ["myst_parser"]
myst_heading_anchors = 3
exclude_patterns = ["pictures"]

html_theme = "furo"
html_title = "Concert"
html_copy_source = False
html_show_sphinx = False
