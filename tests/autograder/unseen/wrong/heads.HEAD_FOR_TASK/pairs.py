# MISTAKE: A list of pairs instead of a dict.
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
HEAD_FOR_TASK = list(RIGHT.items())
