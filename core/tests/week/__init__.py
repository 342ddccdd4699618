"""The jobs of a week (docs/week.md), done one after the other on one box office.

Each module has the jobs of one place; `core/tests/test_week_in_a_browser.py` runs them in order.
"""
