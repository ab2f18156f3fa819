# MISTAKE: Says that entailment needs the span head, because there are two texts as in question answering.
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
HEAD_FOR_TASK = dict(RIGHT)
HEAD_FOR_TASK["entailment"] = "span"
