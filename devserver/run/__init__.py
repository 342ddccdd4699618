"""`make run`: everything that Concert needs on one machine, started, watched and stopped together.

Only the standard library is imported here and in `claims`, `console` and `child`, because
`tools/prepare.py` uses them before anything is installed.
"""
