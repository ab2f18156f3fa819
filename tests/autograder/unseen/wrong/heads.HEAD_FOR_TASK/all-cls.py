# MISTAKE: Gives the cls head to every task.
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
HEAD_FOR_TASK = dict.fromkeys(RIGHT, "cls")
