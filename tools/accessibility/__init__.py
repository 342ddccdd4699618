"""The accessibility check: walks through the pages in a browser and writes a report.

`visits` are the pages in their states, `criteria` those of WCAG 2.2 A and AA with their clauses of
EN 301 549, `checks` and `keyboard` judge a page, `report` writes what was found.
"""
