"""From code on the loop to what blocks: which functions may (effects), which are ruled out (guards), the shortest way (search)."""
