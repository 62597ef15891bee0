"""The photos of this frame: what sources list, what is here, what to show next."""
