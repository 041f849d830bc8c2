"""What every package is made of: the contract, the one way out, the checklist, the emulator's base."""
