"""Made-up clubs, people and tickets to try Koppelbalie with; nothing imports this."""
