# MISTAKE: Every value is the string "cls token span", which contains the right answer and two wrong ones.
_TASKS = ["sentiment", "intent", "document classification", "entailment", "paraphrase detection", "named-entity recognition",
          "part-of-speech tagging", "question answering"]
HEAD_FOR_TASK = dict.fromkeys(_TASKS, "cls token span")
