pytest_plugins = ["concert.testing.browser"]
