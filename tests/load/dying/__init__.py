"""Operations that are killed at one write after the other, and what has to be true of what they left."""
