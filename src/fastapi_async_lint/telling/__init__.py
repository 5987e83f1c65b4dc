"""What of the findings is told: comments and baselines that silence, and the gates that a finding passes."""
