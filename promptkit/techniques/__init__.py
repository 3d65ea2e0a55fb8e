"""What each technique is, what it sends, when it helps, and what it did: facts beside what the code says itself."""
