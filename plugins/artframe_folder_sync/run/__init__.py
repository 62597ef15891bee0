"""One run: what both sides are, what follows from it, and how that is done."""
