"""How replies are judged: by the answer that is read from them, or by graders of one's own."""
