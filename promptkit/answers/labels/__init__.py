"""Kind `label`: which label a reply names, and what implies yes or no."""
