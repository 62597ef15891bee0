"""What the embedded Immich knows about the files it holds."""
