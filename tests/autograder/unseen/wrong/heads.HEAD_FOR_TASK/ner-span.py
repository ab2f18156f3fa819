# MISTAKE: Says that named-entity recognition needs the span head, because an entity is a span.
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
HEAD_FOR_TASK["named-entity recognition"] = "span"
