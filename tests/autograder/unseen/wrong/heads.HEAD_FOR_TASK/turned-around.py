# MISTAKE: Maps heads to lists of tasks instead of tasks to heads.
HEAD_FOR_TASK = {
    "cls": ["sentiment", "intent", "document classification", "entailment", "paraphrase detection"],
    "token": ["named-entity recognition", "part-of-speech tagging"],
    "span": ["question answering"],
}
