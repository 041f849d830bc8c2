"""Users, clubs, membership and permissions."""
