"""Back-ups: a copy of the whole database in one file, with a manifest that only the key ring can make."""
