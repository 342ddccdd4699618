"""The set-up assistant: from an empty database to a show on sale, in eight pages.

Nothing is stored about its progress: whether a step is done is read from the data.
"""
