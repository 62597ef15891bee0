"""The settings of the frame and its plugins: one truth in JSON files, whoever edits them."""
