"""Lesson 5, heads: the statements of its exercises, and how answers are run."""

from typing import Any

from autograder.calls import Call
from autograder.exercise import Difficulty, Exercise, Hint, Inputs, Part, run_value
from autograder.exercises import heads_cases as cases
from autograder.exercises.heads_modules import BuiltAndWatched, BuiltWithDropout

OF_A_CLASSIFIER = (("hidden_size", "num_labels", "dropout"), "hidden", ("classifier.weight", "classifier.bias"))
run_sequence_head = BuiltWithDropout(*OF_A_CLASSIFIER, optional=("dropout",))
run_token_head = BuiltWithDropout(*OF_A_CLASSIFIER, optional=("dropout",), every_position=True)
run_span_head = BuiltAndWatched(("hidden_size",), "hidden", ("outputs.weight", "outputs.bias"))
run_align_labels = Call(("word_labels", "word_ids"))
run_span_loss = Call(("start_logits", "end_logits", "start", "end"), gradients=("start_logits", "end_logits"))
run_best_span = Call(("start_logits", "end_logits", "allowed", "max_length"))


def run_head_for_task(answer: Any, inputs: Inputs) -> dict[str, Any]:
    """The value itself, under a name."""
    return {"tasks": run_value(answer, inputs)}


HEAD_FOR_TASK = Exercise(
    id="heads.HEAD_FOR_TASK",
    title="Say which task reads what",
    difficulty=Difficulty.EASY,
    minutes=5,
    why="Nothing about a task is in the encoder. What is asked, and of what, decides which vectors are read, and that "
    "can be told before a line of code is written.",
    parts=(
        Part("whole", "tasks with one label for the whole input, of one text or two, are read off [CLS]", 1),
        Part("tokens", "tasks with a label for every word are read off every token", 0.5),
        Part("spans", "a task whose answer is a stretch of the text is read as a start and an end", 0.5),
    ),
    hints=(
        Hint(
            "how do I tell which head a task needs?",
            "Write down one answer to the task. Is it one word about the whole input, one word about each word, or a "
            "piece of the input itself?",
        ),
        Hint(
            "two sentences go in: does that not take another head?",
            "Count the answers, not the texts. How many labels does a pair get?",
        ),
        Hint(
            "an answer to a question consists of tokens, so is it a label on each?",
            "It could be written so. But its tokens stand together, and two positions say all that there is to say.",
        ),
    ),
    defines=("bertkit.model.heads:HEAD_FOR_TASK",),
    run=run_head_for_task,
    visible=cases.HEAD_FOR_TASK,
    entries=cases.ENTRIES_OF_TASKS,
)

SEQUENCE_HEAD = Exercise(
    id="heads.SequenceClassificationHead",
    title="Build the head for one label",
    difficulty=Difficulty.EASY,
    minutes=8,
    why="Sentiment, intent, topic, entailment, paraphrase: five tasks, one head. What is new for a task is a matrix of "
    "a few thousand numbers; all that it knows comes from the encoder.",
    parts=(
        Part("logits", "in evaluation the logits are the classifier's, of the vector at position 0 alone", 2),
        Part(
            "dropout", "in training each number of that vector is dropped with probability dropout, 0.1 if not said", 1
        ),
        Part("layers", "classifier is a layer of the head's own, with a bias, and all of it is trained", 1),
    ),
    hints=(
        Hint(
            "my logits have the shape (B, T, num_labels), or (B, 1, num_labels)",
            "One input has one label. `hidden` is (B, T, H): which index picks [CLS] out of the second dimension, and "
            "takes that dimension away?",
        ),
        Hint(
            "my logits differ from call to call",
            "In training that is as it should be. In evaluation it is not: a dropout *module* hears of `eval()` by "
            "itself; a function has to be told, by `self.training`.",
        ),
        Hint(
            "in training something is wrong with my dropout",
            "It stands in front of the classifier and gets the number that the head was given. Behind the classifier "
            "it would delete whole answers.",
        ),
    ),
    defines=("bertkit.model.heads:SequenceClassificationHead",),
    run=run_sequence_head,
    visible=cases.SEQUENCE_HEAD,
    entries=cases.ENTRIES_OF_A_CLASSIFIER,
)

TOKEN_HEAD = Exercise(
    id="heads.TokenClassificationHead",
    title="Build the head for a label on every token",
    difficulty=Difficulty.EASY,
    minutes=8,
    why="Names, parts of speech: a label for each word, from the vector at its place. The encoder has let every vector "
    "look at all others, so that one small layer is enough.",
    parts=(
        Part("logits", "in evaluation the logits of every position are the classifier's, of the vector there", 2),
        Part("dropout", "in training each number of each vector is dropped by itself, with probability dropout", 1),
        Part("layers", "classifier is one layer of the head's own, with a bias, and all of it is trained", 1),
    ),
    hints=(
        Hint(
            "do I need a loop over positions?",
            "No. A linear layer works on the last dimension and takes any number of dimensions in front of it as they "
            "are.",
        ),
        Hint(
            "whole tokens vanish in training",
            "`nn.Dropout1d` and its like drop whole vectors. Ordinary dropout decides for every single number.",
        ),
        Hint(
            "should I leave out [CLS] and [SEP]?",
            "No: as many logits as positions. That there is nothing to predict at a special token is said by its "
            "label, -100.",
        ),
    ),
    defines=("bertkit.model.heads:TokenClassificationHead",),
    run=run_token_head,
    visible=cases.TOKEN_HEAD,
    entries=cases.ENTRIES_OF_A_CLASSIFIER,
)

ALIGN_LABELS = Exercise(
    id="heads.align_labels",
    title="Give the tokens the labels of their words",
    difficulty=Difficulty.EASY,
    minutes=12,
    why="People label words, the model reads pieces of words. Where the label stands decides what is learned, and what "
    "a score counts: a word, or a piece.",
    parts=(
        Part("firsts", "the first token of each word has its word's label, 0 and -100 included", 2),
        Part("others", "a word's other tokens have -100, and so have special tokens", 1),
        Part("refused", "a word without a label raises a ValueError that contains its index", 0.5),
    ),
    hints=(
        Hint(
            "how do I know that a token is the first of its word?",
            "The tokens of a word stand together. What was the word of the token before, and what is there before the "
            "very first one?",
        ),
        Hint(
            "word 0 has no label in my list, or label 0 is missing",
            "0 counts as false. A special token is None and nothing else; `is None` says so.",
        ),
        Hint(
            "IndexError, or a label from the end of the list",
            "An index may be too large, and it may be negative, which Python takes without a word. Look before you "
            "use it: which indices have a label?",
        ),
    ),
    defines=("bertkit.tasks.align:align_labels",),
    run=run_align_labels,
    visible=cases.ALIGN_LABELS,
)

SPAN_HEAD = Exercise(
    id="heads.SpanHead",
    title="Build the head that marks an answer",
    difficulty=Difficulty.EASY,
    minutes=8,
    why="An answer is a stretch of the passage, and a stretch is known by its two ends. So a question about any text "
    "takes two numbers a token, and no list of possible answers.",
    parts=(
        Part("logits", "every position has a logit as start and one as end, in this order, from one layer", 2),
        Part("layers", "outputs is a layer of the head's own, from H to 2 with a bias, and all of it is trained", 1),
    ),
    hints=(
        Hint(
            "I have one tensor of shape (B, T, 2)",
            "That is all there is to compute. The last dimension has two entries, the first for starts: pick each of "
            "them for all rows and positions.",
        ),
        Hint(
            "my results have the shape (B, T, 1), or lose a dimension where B or T is 1",
            "`split` and `chunk` keep the dimension that they cut; `squeeze()` takes away every dimension of size 1, "
            "the batch's too. Name the dimension, or use an index.",
        ),
        Hint(
            "should a start not come before its end?",
            "Not here: the head scores single positions. Which pairs make a span is decided when an answer is chosen.",
        ),
    ),
    defines=("bertkit.model.heads:SpanHead",),
    run=run_span_head,
    visible=cases.SPAN_HEAD,
    entries=cases.ENTRIES_OF_A_SPAN_HEAD,
)

SPAN_LOSS = Exercise(
    id="heads.span_loss",
    title="Compute the loss of an answer",
    difficulty=Difficulty.EASY,
    minutes=8,
    why="Which position is the start? That is a question with T answers, and so is the end: two classifications over "
    "the positions of one passage, and nothing new but what the classes are.",
    parts=(
        Part("mean", "the loss is the mean of the start's cross-entropy and the end's, each a mean over the rows", 2),
        Part(
            "gradients", "both kinds of logits learn from it, also where a position is ruled out by minus infinity", 1
        ),
    ),
    hints=(
        Hint(
            "what are the classes?",
            "The positions. A row of `start_logits` has one score for each of them, and `start` says which is right.",
        ),
        Hint(
            "my loss is twice what it should be",
            "With all logits equal, each of the two is ln T. A mean of two numbers is not their sum.",
        ),
        Hint(
            "my loss is nan where a logit is minus infinity",
            "0 times infinity is nan. Do not multiply all positions by 0 or 1: pick the one that counts.",
        ),
    ),
    defines=("bertkit.objectives.spans:span_loss",),
    run=run_span_loss,
    visible=cases.SPAN_LOSS,
)

BEST_SPAN = Exercise(
    id="heads.best_span",
    title="Choose start and end together",
    difficulty=Difficulty.MEDIUM,
    minutes=20,
    why="The best start and the best end need not belong together: the one may stand behind the other. An answer is "
    "one pair, and there are few enough to try them all.",
    parts=(
        Part("highest", "among all pairs that start no later than they end, the one with the highest sum is chosen", 2),
        Part("allowed", "both ends are allowed, however good other positions are", 1),
        Part("length", "a span has at most max_length tokens, both ends counted", 1),
        Part("refused", "where no pair is left, a ValueError says so", 0.5),
    ),
    hints=(
        Hint(
            "I do not know where to begin",
            "Two loops, over starts and over ends that fit to them, with the best sum so far. Or a table with a row "
            "for each start and a column for each end: which part of it may be chosen?",
        ),
        Hint(
            "a pair is chosen that is not allowed, or none is found, where all logits are low",
            "Whatever stands for *no pair yet* or *not this one* has to be below every sum there can be. 0 is not, "
            "and -100 is not either.",
        ),
        Hint(
            "my spans are one token too long or too short",
            "Both ends belong to the span. How many tokens has a span that starts and ends at 3, and how many from 3 "
            "to 5?",
        ),
    ),
    defines=("bertkit.objectives.spans:best_span",),
    run=run_best_span,
    visible=cases.BEST_SPAN,
)

EXERCISES = (HEAD_FOR_TASK, SEQUENCE_HEAD, TOKEN_HEAD, ALIGN_LABELS, SPAN_HEAD, SPAN_LOSS, BEST_SPAN)
