"""A whole pre-training, from text to weights: what is put together for it, and its run with saves and evaluations."""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from bertkit.data.batches import TokenizedExamples
from bertkit.data.corpus import CORPUS_FILE, PreparedCorpus, open_corpus, prepare_stories, prepare_text
from bertkit.data.reading import Negatives, Reader
from bertkit.data.tokenizer import load_tokenizer
from bertkit.data.words import continuing_pieces, tokens_everywhere
from bertkit.evaluation.copying import CopyingQuestions, copying_questions
from bertkit.evaluation.floors import hidden_only, of_stories
from bertkit.evaluation.pretraining import Scores, score
from bertkit.evaluation.stories import limits_on_stories
from bertkit.model.bert import SIZES, BertForMaskedLM, BertForPreTraining
from bertkit.model.config import BertConfig
from bertkit.model.folder import CONFIG_FILE
from bertkit.model.growth import take_layers
from bertkit.model.pretrained import load_weights
from bertkit.objectives.mlm import MaskedLanguageModelling
from bertkit.objectives.repeated import RepeatedWordSelection, Select
from bertkit.randomness import generator
from bertkit.training.pieces import LIBRARY_PIECES, PretrainingPieces
from bertkit.training.pretrain import PretrainingSettings, PretrainingStep, Training, pretrain
from bertkit.training.processes import first_alone, mean_over_processes, place_among_processes
from bertkit.training.runs import Metrics, Run

VALIDATION_EXAMPLES = 1000
"""Unseen examples that a model is judged by; fewer where there is less text."""


@dataclass(frozen=True)
class Learning:
    """A model, what it reads, and what it is judged by."""

    model: BertForMaskedLM | BertForPreTraining
    corpus: PreparedCorpus
    reader: Reader
    unseen: TokenizedExamples
    objective: MaskedLanguageModelling
    settings: PretrainingSettings
    training: Training
    copying: CopyingQuestions
    """Words of `unseen` to copy."""
    floor: Scores | None
    """What nobody can beat on `unseen`; None where it is not known."""

    def score(self) -> Scores:
        """Losses and accuracies on unseen text, every selected token behind [MASK], the same masks at every call."""
        judging = hidden_only(self.corpus.ids.mask, self.corpus.vocab_size)
        scores = score(self.model, self.unseen, judging, masked_accuracy=self.training.pieces.masked_accuracy)
        return replace(scores, copied=self.copying.copied(self.model))


def prepare(run: Run, options: Mapping[str, Any]) -> None:
    """Tokenize the text into the run's folder, unless an earlier start has done so.

    Args:
        run: where to.
        options: those of `bertkit pretrain`, by their names in Python.
    """
    if (run.data / CORPUS_FILE).exists():
        return
    tokenizer = load_tokenizer(options["begin_with"]) if options["begin_with"] else None
    if options["text"] is None:
        prepare_stories(
            run.data,
            options["stories"],
            options["topics"],
            options["vocab_size"],
            options["seed"],
            options["cut_rare_names"],
            tokenizer,
            "place" if options["next_sentence"] == "same-place" else "topic",
        )
    else:
        prepare_text(run.data, Path(options["text"]), options["vocab_size"], options["split_sentences"], tokenizer)


def set_up(
    run: Run,
    options: Mapping[str, Any],
    settings: PretrainingSettings,
    pieces: PretrainingPieces = LIBRARY_PIECES,
) -> Learning:
    """Build all that training needs, at step 0, on the text that `prepare` left in the run's folder.

    Args:
        run: where the text is.
        options: those of `bertkit pretrain`, by their names in Python.
        settings: hyperparameters.
        pieces: what it is built from, for example one's own. Unseen text is read, and hidden, in the library's way
            whatever they are: two models are judged by the same.
    """
    corpus = open_corpus(run.data)
    max_length, longest_run = options["max_length"], options["longest_run"]
    named: dict[str, Negatives] = {"same-topic": "same topic", "same-place": "parallel"}
    negatives = named.get(options["next_sentence"], options["next_sentence"])
    reading = (corpus.ids, max_length, longest_run, negatives)
    reader = Reader(corpus.training, *reading, pieces.sample_pairs, pieces.pack_pair, pieces.pad_batch)
    unseen = Reader(corpus.validation, *reading)
    model = starting_model(options, corpus.vocab_size, negatives != "none", generator(settings.seed, "weights"), pieces)
    if max_length > model.config.max_position_embeddings:
        raise ValueError(
            f"max_length is {max_length}, but the model in {options['begin_with']} has "
            f"{model.config.max_position_embeddings} positions; lower it"
        )
    examples = unseen.first_examples(VALIDATION_EXAMPLES, settings.seed)
    judging = hidden_only(corpus.ids.mask, corpus.vocab_size)
    in_memory = unseen.in_memory(examples)
    copying = copying_questions(corpus, in_memory)
    return Learning(
        model,
        corpus,
        reader,
        in_memory,
        MaskedLanguageModelling(
            corpus.ids.mask,
            corpus.vocab_size,
            options["mask_probability"],
            selection(corpus, options["repeated_words"], pieces),
            pieces.corrupt,
            pieces.mlm_labels,
        ),
        settings,
        Training(model, settings, pieces),
        copying,
        floor=limits_on_stories(corpus, unseen, examples, judging, copying) if of_stories(corpus) else None,
    )


def selection(corpus: PreparedCorpus, repeated_words: float, pieces: PretrainingPieces) -> Select:
    """What selects positions, where this share of the examples is asked for its repeated words."""
    if not repeated_words:
        return pieces.select_positions
    return RepeatedWordSelection(
        continuing_pieces(corpus.tokenizer),
        tokens_everywhere(corpus.training, corpus.vocab_size),
        repeated_words,
        pieces.select_positions,
    )


def starting_model(
    options: Mapping[str, Any], vocab_size: int, pairs: bool, weights: torch.Generator, pieces: PretrainingPieces
) -> BertForMaskedLM | BertForPreTraining:
    """The model at step 0: with random weights, or that of a checkpoint with fresh layers on top."""
    if not options["begin_with"]:
        positions = max(64, options["max_length"])
        config = SIZES[options["size"]].config(vocab_size, max_position_embeddings=positions)
        return build_model(config, pairs, weights, pieces)
    folder = Path(options["begin_with"])
    config = BertConfig.from_json(folder / CONFIG_FILE)
    trained = build_model(config, pairs, torch.Generator(), pieces)
    load_weights(folder, trained)
    layers = config.num_hidden_layers + options["add_layers"]
    return take_layers(build_model(replace(config, num_hidden_layers=layers), pairs, weights, pieces), trained)


def build_model(
    config: BertConfig, pairs: bool, weights: torch.Generator, pieces: PretrainingPieces
) -> BertForMaskedLM | BertForPreTraining:
    """The model for pairs, or for single texts, with random weights."""
    if not pairs:
        return BertForMaskedLM(config, weights, pieces.mlm_head, pieces.mlm_loss, pieces.attention)
    return BertForPreTraining(
        config,
        weights,
        pieces.mlm_head,
        pieces.nsp_head,
        pieces.mlm_loss,
        pieces.nsp_loss,
        pieces.pretraining_loss,
        pieces.attention,
    )


@dataclass(frozen=True)
class Intervals:
    """Steps from one time to the next."""

    save: int
    evaluation: int
    log: int


def train(
    learning: Learning,
    run: Run,
    intervals: Intervals,
    stepped: Callable[[PretrainingStep], None] = lambda step: None,
    evaluated: Callable[[int, Scores], None] = lambda step, scores: None,
    interrupted: Callable[[], bool] = lambda: False,
    tensorboard: Path | None = None,
) -> int:
    """Run the loop to its end, or until it is interrupted, saving on the way.

    Of several processes the first one alone writes, and evaluates.

    Args:
        learning: from where it goes on.
        run: the folder that the state and the metrics go to.
        intervals: how often.
        stepped: called after every step.
        evaluated: called with the step and the scores of every evaluation on the way.
        interrupted: asked after every step whether to save and stop.
        tensorboard: folder for TensorBoard's own files too.

    Returns:
        The number of the last step.
    """
    settings, training = learning.settings, learning.training
    is_writer = place_among_processes()[0] == 0
    with Metrics(run.metrics, training.step, tensorboard) if is_writer else nullcontext() as metrics:
        for step in pretrain(learning.model, learning.reader, learning.objective, settings, training):
            stepped(step)
            if metrics and step.number % intervals.log == 0:
                metrics.write(step.number, loss=step.loss, learning_rate=step.learning_rate, tokens=step.tokens)
            # One process may have seen the interruption before the others: they stop together.
            stopping = step.number == settings.steps or mean_over_processes(float(interrupted())) > 0
            # Also when interrupted, or the run that goes on later would lack this evaluation.
            if metrics and step.number % intervals.evaluation == 0 and step.number < settings.steps:
                scores = learning.score()
                metrics.write(step.number, **evaluation_figures(scores))
                evaluated(step.number, scores)
            if stopping or step.number % intervals.save == 0:
                with first_alone() as is_first:
                    if is_first:
                        training.save(run.state)
            if stopping:
                return step.number
        return settings.steps


def evaluation_figures(scores: Scores) -> dict[str, float]:
    """Scores as figures to be written."""
    return {f"evaluation_{name}": value for name, value in scores.figures.items()}
