"""What runs by itself: when it is due, how far it is, and how it went."""
