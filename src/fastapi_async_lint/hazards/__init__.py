"""What moving code to another thread, or interrupting it, would change: objects, state, files and locks that others may use."""
