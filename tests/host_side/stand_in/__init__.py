"""What the tests have in place of the world."""
