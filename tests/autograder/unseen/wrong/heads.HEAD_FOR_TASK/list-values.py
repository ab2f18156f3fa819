# MISTAKE: The values are lists of one head instead of strings.
RIGHT = {
    "sentiment": "cls",
    "intent": "cls",
    "document classification": "cls",
    "entailment": "cls",
    "paraphrase detection": "cls",
    "named-entity recognition": "token",
    "part-of-speech tagging": "token",
    "question answering": "span",
}
HEAD_FOR_TASK = {task: [head] for task, head in RIGHT.items()}
