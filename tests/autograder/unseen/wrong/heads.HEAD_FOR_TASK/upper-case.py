# MISTAKE: Writes the heads in capitals, "CLS" for "cls".
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
HEAD_FOR_TASK = {task: head.upper() for task, head in RIGHT.items()}
