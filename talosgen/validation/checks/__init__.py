"""Checks of single values that rules of several families share; none of them reports, none knows a field."""
