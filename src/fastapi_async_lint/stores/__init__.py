"""What is kept on disk from run to run: facts by text, and the last report; whole entries, or none."""
