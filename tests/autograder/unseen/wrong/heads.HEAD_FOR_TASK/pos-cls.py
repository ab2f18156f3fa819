# MISTAKE: Says that part-of-speech tagging needs the cls head, because it is classification.
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
HEAD_FOR_TASK["part-of-speech tagging"] = "cls"
