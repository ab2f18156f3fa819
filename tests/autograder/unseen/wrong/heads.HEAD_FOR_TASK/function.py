# MISTAKE: A function from task to head instead of a dict.
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
def HEAD_FOR_TASK(task):
    return RIGHT[task]
