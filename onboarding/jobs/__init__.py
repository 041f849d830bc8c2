"""Durable jobs: a face that calls use cases."""
