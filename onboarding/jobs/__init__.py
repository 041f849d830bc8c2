"""Durable jobs: a face like the screens, it calls use cases and knows nothing of its own."""
