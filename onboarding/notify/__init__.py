"""The outbox: mail that leaves in the transaction of the change."""
