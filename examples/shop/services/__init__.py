"""What the routes are made of; nothing here knows about HTTP."""
