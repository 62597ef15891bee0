"""What hangs on the wall: choosing, preparing and presenting pictures."""
