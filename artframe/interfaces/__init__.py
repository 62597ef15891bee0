"""The faces of the frame: each turns words, clicks or keys into commands of one registry."""
