"""Words and signs by language: what opens, concludes, denies, hedges; in which language a text is."""
