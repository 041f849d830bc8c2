"""The screens: parse, call a use case, answer."""
