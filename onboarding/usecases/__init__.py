"""What people and jobs can do; one module a use case, and nobody else commits."""
