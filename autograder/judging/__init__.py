"""How an answer is judged: cases, expected values, findings; and exact thresholds for random answers."""
