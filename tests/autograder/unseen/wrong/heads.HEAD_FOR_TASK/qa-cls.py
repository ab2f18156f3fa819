# MISTAKE: Says that question answering needs the cls head.
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
HEAD_FOR_TASK["question answering"] = "cls"
