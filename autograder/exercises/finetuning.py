"""Lesson 6, fine-tuning: the statements of its exercises, and how answers are run."""

from typing import Any

from autograder.calls import Call, as_float
from autograder.exercise import Difficulty, Exercise, Hint, Part
from autograder.exercises import finetuning_cases as cases
from autograder.exercises.finetuning_frozen import run_cache_features, run_frozen_encoder
from autograder.exercises.finetuning_runs import run_finetune
from autograder.exercises.pretraining_state import PRELOAD


def floats(value: Any) -> Any:
    """A list, or a tuple, of numbers of any kind as floats."""
    return [as_float(each) for each in value] if isinstance(value, list | tuple) else value


run_entity_f1 = Call(("predicted", "gold"), result=as_float)
run_layerwise_learning_rates = Call(("num_layers", "base_lr", "decay"), result=floats)
run_training_flops = Call(("encoder_parameters", "tokens", "epochs", "recipe"))

FROZEN_ENCODER = Exercise(
    id="finetuning.FrozenEncoder",
    title="Keep an encoder as it is",
    difficulty=Difficulty.MEDIUM,
    minutes=12,
    why="A frozen encoder is used as a dictionary: the same text gives the same vectors, in every epoch and for every "
    "task. One call of `train()` on the model around it is enough to undo that, and no error tells.",
    parts=(
        Part("dropout", "dropout is off in every forward pass, also after `.train()` on it or on a model around it", 2),
        Part(
            "no-gradient", "what comes back has no gradient, can be fed to a trainable layer, and leaves no trace", 1.5
        ),
        Part("frozen", "none of its parameters is trainable, and the encoder is one of its parts", 1),
        Part("output", "all arguments reach the encoder, and what that returns comes back, of any type", 1),
    ),
    hints=(
        Hint(
            "I do not know where to begin",
            "Three things are separate in torch: whether a parameter may be trained (`requires_grad`), whether a "
            "forward pass is recorded (a context), and which mode a module is in. Each needs a line of its own.",
        ),
        Hint(
            "dropout is on again when I train the model",
            "`model.train()` calls `train(True)` of every part, and so of yours. A class may have a `train` of its "
            "own; torch's takes a mode and returns the module.",
        ),
        Hint(
            "the output still has a gradient, although the parameters are frozen",
            "Frozen parameters want no gradient; an input may want one, and it would go all the way through. The "
            "context around the call decides what is recorded. Of the two that torch has, one makes tensors that no "
            "training can use.",
        ),
        Hint(
            "how do I pass on arguments that I do not know?",
            "`*args` gathers those without a name and `**kwargs` those with one. The same two signs in a call spread "
            "them again.",
        ),
    ),
    defines=("bertkit.model.freeze:FrozenEncoder",),
    run=run_frozen_encoder,
    visible=cases.FROZEN_ENCODER,
    entries=cases.ENTRIES_OF_FROZEN,
)

CACHE_FEATURES = Exercise(
    id="finetuning.cache_features",
    title="Ask a frozen encoder once",
    difficulty=Difficulty.MEDIUM,
    minutes=12,
    why="An encoder that never changes gives the same vectors in every epoch. Whoever keeps them pays for it once, and "
    "trains a classifier in seconds.",
    parts=(
        Part("features", "each row is the vector at position 0 of an example, in order, all batches in one tensor", 2),
        Part("dropout", "the whole encoder is in evaluation mode while it runs", 1),
        Part("mode", "afterwards each part of the encoder is in the mode that it was in, also after an error", 1.5),
        Part(
            "no-gradient", "the result has no gradient and can be fed to a trainable layer; nothing is left switched", 1
        ),
    ),
    hints=(
        Hint(
            "I do not know where to begin",
            "Collect one tensor for each batch in a list; what puts tensors of different lengths one below the other? "
            "A batch is a dict of arguments, which `**` turns into a call.",
        ),
        Hint(
            "which dimension is the position?",
            "The encoder returns (B, T, H). Keep all examples and all features, and of the positions the first. An "
            "index takes its dimension away, a slice keeps it.",
        ),
        Hint(
            "how do I leave the mode as it was, whatever happens?",
            "Whatever has to happen in any case stands in a `finally`, or in a `with` statement that somebody has "
            "written so. And `train(mode)` sets every part of a module alike: what if a part was in evaluation mode, "
            "as a frozen one is?",
        ),
    ),
    defines=("bertkit.model.freeze:cache_features",),
    stands_on=("bertkit.model.freeze:put_back", "bertkit.model.freeze:evaluation_mode"),
    run=run_cache_features,
    visible=cases.CACHE_FEATURES,
    entries=cases.ENTRIES_OF_FEATURES,
)

FINETUNE = Exercise(
    id="finetuning.finetune",
    title="Fine-tune a model",
    difficulty=Difficulty.MEDIUM,
    minutes=12,
    why="The whole of fine-tuning is a loop of a few lines, and the same for every task. What is wrong in it does not "
    "stop: it learns something else, or reports something else than it learned.",
    parts=(
        Part("steps", "every batch gives one step with its own gradients, in order, epoch after epoch", 2),
        Part("fresh", "gradients from before the call have no effect, on no parameter that the optimiser has", 1.5),
        Part("history", "for each epoch the plain mean of its batches' losses comes back, a Python float", 1),
        Part("mode", "the model is in training mode in every forward pass", 0.5),
        Part("untouched", "frozen parameters, and an encoder that is kept as it is, stay untouched", 1),
    ),
    hints=(
        Hint(
            "I do not know where to begin",
            "Write one step for one batch: clear, forward, backward, step. Then ask which loop goes around it, which "
            "around that, and what is kept of each loss.",
        ),
        Hint(
            "my losses are right in the first step and wrong afterwards",
            "`backward` adds to what stands in `.grad`. Before each batch something has to go, of all parameters that "
            "the optimiser has.",
        ),
        Hint(
            "a frozen parameter moves",
            "An optimiser leaves a parameter alone only where `.grad` is None. Where it is 0, weight decay and "
            "momentum still move it. What does `zero_grad` leave?",
        ),
        Hint(
            "an encoder that I have frozen draws dropout again",
            "`train` of the model asks each part to switch itself, and a part may have its own idea of that. A loop "
            "over all modules asks nobody.",
        ),
    ),
    defines=("bertkit.finetuning.finetune:finetune",),
    run=run_finetune,
    preload=PRELOAD,
    visible=cases.FINETUNE,
    entries=cases.ENTRIES_OF_FINETUNE,
)

ENTITY_F1 = Exercise(
    id="finetuning.entity_f1",
    title="Score entities as a whole",
    difficulty=Difficulty.MEDIUM,
    minutes=20,
    why="A model that tags no word at all is right about nine words of ten. Whoever reads names wants whole ones, of "
    "the right type, and the field compares systems by this number.",
    parts=(
        Part("spans", "it is the F1 of entities whose start, end and type are all right, over all texts together", 2),
        Part("starts", "an `I-` that continues no entity of its type starts one, in each text anew", 1.5),
        Part("types", "the type is everything after the first hyphen, letter by letter", 1),
        Part("nothing", "without a true positive the score is 0", 0.5),
        Part("refused", "different numbers of texts, or of tags in a text, raise a ValueError", 0.5),
    ),
    hints=(
        Hint(
            "I do not know where to begin",
            "Two steps. First a list of entities for one text, each as start, end and type. Then three counts over all "
            "texts: entities that both sides have, those that were predicted, those that are there.",
        ),
        Hint(
            "I lose entities, or two of them become one",
            "At each tag ask: does it continue the entity that is open? Only an `I-` of the same type right behind it "
            "does. Everything else ends that entity, and everything but `O` starts another. At the end of a text one "
            "may still be open.",
        ),
        Hint(
            "my score differs from the right one by a little",
            "A mean of scores is not the score of all: add the counts up over all texts and types, and divide once. "
            "And the same span in another text is another entity.",
        ),
        Hint(
            "ZeroDivisionError",
            "Where nothing was predicted there is no precision, and where nothing is there no recall. In both cases "
            "the number of true positives tells you the answer beforehand.",
        ),
    ),
    defines=("bertkit.evaluation.metrics:entity_f1",),
    stands_on=("bertkit.evaluation.metrics:check_lengths", "bertkit.evaluation.metrics:entities"),
    run=run_entity_f1,
    visible=cases.ENTITY_F1,
)

LAYERWISE_LEARNING_RATES = Exercise(
    id="finetuning.layerwise_learning_rates",
    title="Let lower layers learn more slowly",
    difficulty=Difficulty.EASY,
    minutes=6,
    why="What the lowest layers hold was dear to learn and serves every task; the head knows nothing yet. One rate for "
    "both is too high for the one or too low for the other.",
    parts=(
        Part(
            "rates",
            "from the bottom up each rate is that of the part above it times `decay`, and the head's base_lr",
            2,
        ),
        Part("few", "without a layer there are embeddings and a head, and `decay` 1 gives all the same", 0.5),
        Part("refused", "a decay of 0 or below, above 1, or that is no number raises a ValueError", 0.5),
    ),
    hints=(
        Hint(
            "how many rates are there?",
            "Write the parts of a model with two layers in a row, from the embeddings to the head. How many parts "
            "stand above each?",
        ),
        Hint(
            "my rates are all off by one factor",
            "The head has `base_lr` itself, and the top layer is one step below it. So what is the exponent of a part "
            "that has so many others above it?",
        ),
        Hint(
            "nan is not refused",
            "Every comparison with nan is False, so a test for what is *bad* lets it through. Test for what is good, "
            "and turn that round.",
        ),
    ),
    defines=("bertkit.finetuning.finetune:layerwise_learning_rates",),
    run=run_layerwise_learning_rates,
    visible=cases.LAYERWISE_LEARNING_RATES,
)

TRAINING_FLOPS = Exercise(
    id="finetuning.training_flops",
    title="Count what a training costs",
    difficulty=Difficulty.EASY,
    minutes=6,
    why="Seconds depend on the machine and on what else it does; operations do not. They say beforehand what a recipe "
    "will cost with another model, or ten times the data.",
    parts=(
        Part("end-to-end", "end to end it is 6 for every parameter, token and epoch", 1),
        Part("frozen", "a frozen encoder costs 2, in every epoch", 1),
        Part("cached", "with cached features it is 2, once, however many epochs there are", 1),
        Part("exact", "it is a whole number, exact however large", 0.5),
        Part("refused", "another recipe raises a ValueError that names it", 0.5),
    ),
    hints=(
        Hint(
            "where do 2 and 6 come from?",
            "A weight meets a token in one multiplication and one addition. Backward it does so twice: for the "
            "gradient of the weight, and for that of what came in.",
        ),
        Hint(
            "my last digits are wrong for a large model",
            "A float has about 16 digits, and a tensor's whole numbers end at 2 to the 63. Python's own know no end, "
            "as long as nothing makes a float of them.",
        ),
        Hint(
            "caching seems to save nothing",
            "How often does the encoder run if its vectors are kept? Which of the four arguments does that leave out?",
        ),
    ),
    defines=("bertkit.finetuning.finetune:training_flops",),
    stands_on=("bertkit.finetuning.finetune:FLOPS_PER_PARAMETER",),
    run=run_training_flops,
    visible=cases.TRAINING_FLOPS,
)

EXERCISES = (
    FROZEN_ENCODER,
    CACHE_FEATURES,
    LAYERWISE_LEARNING_RATES,
    FINETUNE,
    ENTITY_F1,
    TRAINING_FLOPS,
)
