"""Connections, credential versions and who confirmed what."""
