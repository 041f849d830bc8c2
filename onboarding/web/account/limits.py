"""How often a stranger may try the doors: by the address they call from, and by the account they name."""

from __future__ import annotations


def limited(endpoint, view):
    return view
