"""Programs in processes of their own, with limits on what they may use and reach."""
