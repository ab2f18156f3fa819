# MISTAKE: Says that document classification needs the token head, because a document has many tokens.
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
HEAD_FOR_TASK["document classification"] = "token"
