"""The options, fixtures and marks of the suites are a plugin, because the exercises use them too."""

pytest_plugins = ("series.suite_plugin",)
