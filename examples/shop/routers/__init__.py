"""The shop's routes, one module for each kind of thing."""
