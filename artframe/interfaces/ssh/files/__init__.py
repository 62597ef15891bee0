"""The files that are reached over SFTP: four folders, each with its own rules, and nothing else of the machine."""
