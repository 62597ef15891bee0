"""What is wrong with this frame and the machine it runs on, and what is to be done about it? Changes nothing."""
