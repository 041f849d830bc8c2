"""Events as frozen dataclasses in an append-only log with a keyed hash chain."""
