"""One command in each file, as the click command `command`; the file's name is the command's name."""
