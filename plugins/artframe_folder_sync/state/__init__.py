"""What is remembered of one account and its folder between two runs."""
