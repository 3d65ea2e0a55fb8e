"""Models that judge replies, one by one by a rubric or two beside each other, or read their answers."""
