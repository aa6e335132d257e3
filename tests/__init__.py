"""A package, so that the applications of the suites can be called "tests" and have a place."""
