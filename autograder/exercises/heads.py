"""Lesson 5, heads: the statements of its exercises, and how answers are run."""

from autograder.exercise import Difficulty, Exercise, Hint, Part
from autograder.exercises import heads_cases as cases
from autograder.exercises.heads_modules import BuiltAndWatched, BuiltWithDropout

OF_A_CLASSIFIER = (("hidden_size", "num_labels", "dropout"), "hidden", ("classifier.weight", "classifier.bias"))
run_sequence_head = BuiltWithDropout(*OF_A_CLASSIFIER, optional=("dropout",))
run_token_head = BuiltWithDropout(*OF_A_CLASSIFIER, optional=("dropout",), every_position=True)
run_span_head = BuiltAndWatched(("hidden_size",), "hidden", ("outputs.weight", "outputs.bias"))

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

EXERCISES = (SEQUENCE_HEAD, TOKEN_HEAD, SPAN_HEAD)
