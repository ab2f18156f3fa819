"""Questions to a trained model: words behind [MASK], labels, tags, answers."""
