"""Runs of a checklist, their lines and the checklist as people see it."""
