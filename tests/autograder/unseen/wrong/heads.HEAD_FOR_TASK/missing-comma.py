# MISTAKE: A comma is missing, so that two task names run together into one key.
HEAD_FOR_TASK = dict.fromkeys(
    ["sentiment", "intent", "document classification" "entailment", "paraphrase detection"], "cls"
)
HEAD_FOR_TASK.update({"named-entity recognition": "token", "part-of-speech tagging": "token"})
HEAD_FOR_TASK["question answering"] = "span"
