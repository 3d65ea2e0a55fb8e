"""Kind `choice`: the options of a question, and which one a reply means."""
