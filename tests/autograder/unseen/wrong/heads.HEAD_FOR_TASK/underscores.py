# MISTAKE: Writes the tasks with underscores instead of spaces and hyphens.
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
HEAD_FOR_TASK = {task.replace(" ", "_").replace("-", "_"): head for task, head in RIGHT.items()}
