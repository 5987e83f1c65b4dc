"""What several codemods share, and how their changes become edits and new texts."""
