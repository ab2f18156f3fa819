# RIGHT: written by head and turned around
_TASKS = {
    "cls": ("sentiment", "intent", "document classification", "entailment", "paraphrase detection"),
    "token": ("named-entity recognition", "part-of-speech tagging"),
    "span": ("question answering",),
}
HEAD_FOR_TASK = {task: head for head, tasks in _TASKS.items() for task in tasks}
