"""What planners share: positions, shared state, the offloader, verdicts."""
