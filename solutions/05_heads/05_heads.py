# %% [markdown]
# # 5 · Heads: one encoder, many questions
#
# `this teddy bear is so cute .` Is that praise? Which of these words are a toy? *What* is so cute? Three questions about one
# sentence, and three kinds of answer: a label for all of it, a label for every word, a piece of the text.
#
# The encoder of lesson 4 answers none of them. It gives a vector for every token, and that is all. What turns vectors
# into an answer is a *head*: one small layer. Which vectors does it read, and what does it make of them? There are only
# two families. A head reads `[CLS]` and says something about the **whole input**, or it reads **every token** and says
# something about each. An answer in the text is the second family with two outputs, *start* and *end*.
#
# In this lesson you write the three heads and what belongs to them, seven exercises, put them on an encoder that has
# read, and train them in seconds. Then you try every head on every task, and find out which pairs fit, which cannot work,
# and which work at a price.
#
# **You need** lesson 2 (an encoder that has read) and the sentence "a head is a small layer on the encoder's vectors". **It
# takes** about two hours. **You cannot get stuck:** an exercise that you leave open is done by the library for the time
# being.
#
# Run each cell with <kbd>Shift</kbd>+<kbd>Enter</kbd>. After a break or a restart choose *Run All Above Selected Cell* in
# the menu *Run*: your answers and guesses are kept, trained models are not.

# %% tags=["setup"]
import math
from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from autograder.notebook import check, workbench
from bertkit.data.labels import IGNORE_INDEX
from bertkit.data.tokenizer import load_tokenizer
from bertkit.evaluation.metrics import entities
from bertkit.finetuning.grid import ANSWER_SHAPES, HEADS, cell_of, run_cell
from bertkit.finetuning.learning import set_up
from bertkit.finetuning.loop import FinetuningSettings, finetune_task
from bertkit.finetuning.pieces import FinetuningPieces
from bertkit.finetuning.unmarked import unmarked
from bertkit.inference.predict import answer, classify, marked, tag
from bertkit.inference.span_choice import span_scores
from bertkit.model.bert import BertForPreTraining
from bertkit.model.pretrained import shipped
from bertkit.notebook import (
    Choice,
    HeadPicker,
    LiveCurves,
    OutcomeTable,
    Picked,
    Prediction,
    Question,
    Quiz,
    Recorded,
    SpanViewer,
    progress,
    span_readings,
)
from bertkit.tasks import STORY_TASKS

torch.set_num_threads(1)  # a model this small loses more to handing work over than it gains from a second core

# %% [markdown]
# ## 1 · First, your guess
#
# Our encoder comes with the course. It has read stories for an hour and a half, hidden words and pairs, and has 1.7
# million weights. Now it gets a head for *praised or run down?*, two labels. Everything in that head starts from random
# numbers.

# %%
fresh_weights = Prediction(
    "fresh-weights",
    "An encoder of 1.7 million weights, and a head that reads one vector and knows two labels: "
    "how many weights has the head?",
    ["about 400", "about 40,000", "about 400,000", "as many again as the encoder has"],
)
fresh_weights

# %% [markdown]
# There are three heads, and eight tasks. Whether a text is praise, what it wants, what it is about; whether one sentence
# follows from another, whether two say the same; names and toys and places, parts of speech; answers to questions. "You can
# use any head for any task", somebody says. Count the pairs of a head and a task in which *some* answer of the right kind can be
# had from the head, however clumsily, in one reading of the input.

# %%
pairs_that_can = Prediction(
    "pairs-that-can",
    "Three heads, eight tasks, 24 pairs: in how many can the head give the task's kind of answer at all, in one reading?",
    low=0,
    high=24,
    step=1,
)
pairs_that_can

# %% [markdown]
# Keep your guesses.
#
# ## 2 · What comes along, what stays behind
#
# The checkpoint holds more than the encoder. Look at what is taken from it, and what is fresh.

# %% tags=["nbval-check-output"]
pre_trained = BertForPreTraining.from_pretrained(shipped())
tokenizer = load_tokenizer(shipped() / "tokenizer.json")
held = {"encoder": pre_trained.bert, "MLM head": pre_trained.mlm, "NSP head": pre_trained.nsp}
counted = set()
for name, module in held.items():
    own = [each for each in module.parameters() if id(each) not in counted]  # the word table is counted once
    counted |= {id(each) for each in own}
    print(f"{name:<10}{sum(each.numel() for each in own):>11,} weights")

# %% [markdown]
# The encoder comes along, for every task the same. **Both heads stay behind**: nobody will ask for hidden words again, or
# whether two sentences follow each other. Above the encoder something fresh begins:
#
# ```text
#                 [CLS]  this  teddy bear  is  so  cute  .  [SEP]
#                   ↓     ↓      ↓    ↓    ↓   ↓    ↓    ↓    ↓
# encoder →        h₀    h₁     h₂   h₃   h₄  h₅   h₆   h₇   h₈        H numbers each
#                   │     │      │    │    │   │    │    │    │
# whole input    classifier                                            one label, from h₀ alone
# every token       C     C      C    C    C   C    C    C    C        a label each, the same C everywhere
# span             s,e   s,e    s,e  s,e  s,e s,e  s,e  s,e  s,e       two scores each: start, end
# ```
#
# Each of the three is **one linear layer** (Devlin et al. 2019, [arXiv 1810.04805](https://arxiv.org/abs/1810.04805),
# section 4). With $h_i$ the vector of token $i$:
#
# $$\text{whole input: } z = W h_0 + b \qquad \text{every token: } z_i = W h_i + b \qquad
# \text{span: } (s_i, e_i) = W h_i + b,\; W \in \mathbb{R}^{2 \times H}$$
#
# **And the pooler?** The released BERT has one more layer under the classifier, dense and tanh, trained by NSP: it is the
# first half of NSP's head, and its classes for whole inputs keep it. Token and span heads have none. Here a *fresh* one learns
# together with the head, because the old one keeps what NSP needed and little else (`python tests/benchmarks/poolers.py`
# measures that). The pooler is not the head's task; you write what comes above it.
#
# | name | shape | type | says |
# | --- | --- | --- | --- |
# | `hidden` | (B, T, H) | float | the encoder's vectors |
# | `word_labels` | a list | int | a label for every word |
# | `word_ids` | T entries | int or None | the word that a token belongs to; None for `[CLS]`, `[SEP]` |
# | `start_logits`, `end_logits` | (B, T) | float | how much speaks for a start, an end at each token |
# | `start`, `end` | (B,) | int64 | first and last token of the answer, both inclusive |
# | `allowed` | (T,) | bool | True where an answer may start and end: in the passage |
#
# Replace `raise NotImplementedError()` by your code, run the cell, run the check under it. A check draws fresh cases every
# time and tells you what it saw. Wrong answers are welcome: each says something.
#
# ## 3 · The whole input: [CLS]
#
# First sort the tasks. Then the head for whole inputs.

# %% exercise="heads.HEAD_FOR_TASK"

# %% exercise="heads.SequenceClassificationHead"

# %% [markdown]
# ### Your head at work
#
# `workbench` hands you your own functions where their checks passed, today or in an earlier lesson, and the library's where
# they did not (yet). From here on everything in the training can be yours: the step, the schedule and the groups of lesson 4
# too.

# %% tags=["personal"]
EARLIER = ("nsp.pack_pair", "pretraining.pad_batch", "pretraining.parameter_groups", "pretraining.warmup_linear")
HERE = ("SequenceClassificationHead", "TokenClassificationHead", "align_labels", "SpanHead", "span_loss", "best_span")


def at_hand():
    """Your functions as far as they passed, the library's for the rest; and the same as the pieces of a fine-tuning."""
    mine = workbench("mlm.mlm_loss", *EARLIER, "pretraining.train_step", *(f"heads.{name}" for name in HERE))
    pieces = FinetuningPieces(
        sequence_head=mine.SequenceClassificationHead,
        token_head=mine.TokenClassificationHead,
        span_head=mine.SpanHead,
        align_labels=mine.align_labels,
        span_loss=mine.span_loss,
        best_span=mine.best_span,
        mlm_loss=mine.mlm_loss,
        pack_pair=mine.pack_pair,
        pad_batch=mine.pad_batch,
        parameter_groups=mine.parameter_groups,
        warmup_linear=mine.warmup_linear,
        train_step=mine.train_step,
    )
    return mine, pieces


mine, pieces = at_hand()


# %% tags=["personal"]
def learn(task, settings, pieces, title, reading=None, every=None):
    """Put a fresh head on the encoder, train both, and draw the loss; `every(step, learning)` looks on."""
    learning = set_up(shipped(), task, settings, pieces, reading)
    total = settings.steps(len(learning.rows.rows))
    knows_nothing = {f"ln {len(task.labels)}: knows nothing": math.log(len(task.labels))} if task.labels else {}
    with LiveCurves(title, references=knows_nothing, total=total, smoothing=5) as curves:
        for step in progress(finetune_task(learning.model, learning.rows, settings, pieces), total=total):
            curves.add(step.number, loss=step.loss)
            if every is not None:
                every(step.number, learning)
    return learning


praise = STORY_TASKS["sentiment"](256, 200, 0)  # examples to learn from, to judge by, seed
print(*(f"{one.label:<10}{one.text}" for one in praise.train[:4]), sep="\n")
print()
brief = FinetuningSettings(max_steps=40)
judge = learn(praise, brief, pieces, "Praised or run down? 256 examples")

# %% tags=["personal"]
by_name = dict(judge.model.named_parameters())
in_head = sum(by_name[name].numel() for name in judge.fresh if name.startswith("head"))
in_pooler = sum(by_name[name].numel() for name in judge.fresh if name.startswith("pooler"))
print(
    f"fresh: {in_head:,} weights in your head, {in_pooler:,} in the pooler, of {sum(each.numel() for each in by_name.values()):,}"
)
fresh_weights.reveal(
    "about 400",
    because="Two labels times 192 numbers, and two biases: 386. The fresh pooler below it has a hundred times as many, and the "
    "encoder fifty times as many again. The head is next to nothing; what it stands on is everything.",
)

# %% tags=["personal"]
print(f"words seen in the labels:   {judge.score(praise.test)['accuracy']:.0%}")
print(f"words never seen in them:   {judge.score(praise.test_unseen)['accuracy']:.0%}")
for text in ("this teddy bear is so cute .", "this teddy bear is so worthless ."):
    first, *_ = classify(judge.model, tokenizer, text)
    print(f"{text:<36}{first.name} {first.probability:.0%}")

# %% [markdown]
# *Words never seen*: no adjective of these test sentences stood in any labelled example. Who had only the labels could
# do no better than throw a coin. The encoder has met those words in stories; lesson 6 makes a curve of that.
#
# **The control.** The same head, the same labels, and an encoder of the same shape that has read nothing.

# %% tags=["personal"]
ignorant = set_up(shipped(), praise, brief, pieces, from_scratch=True)
ignorant.losses()
print(f"has read nothing, words never seen in the labels: {ignorant.score(praise.test_unseen)['accuracy']:.0%}")

# %% [markdown]
# ### A pair goes through the same head
#
# Does the second sentence follow from the first, contradict it, or neither? That is a question about *two* texts, and it needs
# **no other head**. Both stand in one input, `[CLS]` first `[SEP]` second `[SEP]`; the segment ids say which is which; the
# layers compare them; `[CLS]` has the result.

# %% tags=["personal"]
follows = STORY_TASKS["entailment"](768, 200, 0)
for one in follows.train[:3]:
    print(f"{one.label:<15}{one.first}  |  {one.second}")
print()
pairs = learn(follows, FinetuningSettings(max_steps=72, batch_size=32), pieces, "Does it follow? 768 pairs")
print(f"right: {pairs.score(follows.test)['accuracy']:.0%}; the commonest label alone: about {1 / 3:.0%}")

# %% [markdown]
# What are `[SEP]` and the segment ids worth, then? They are there to tell the two sides apart. (In our stories the full stop of the first
# side does so too.) Take the trained model, and leave them out of what it reads:

# %% tags=["personal"]
for said, packed in {
    "as it learned": mine.pack_pair,
    "without segment ids": unmarked(separator=True, pack_pair=mine.pack_pair),
    "without [SEP] between": unmarked(segments=True, pack_pair=mine.pack_pair),
    "without both": unmarked(pack_pair=mine.pack_pair),
}.items():
    changed = replace(pieces, pack_pair=packed)
    print(f"{said:<24}{pairs.score(follows.test, changed)['accuracy']:.0%}")

# %% [markdown]
# That is a model that misses what it was trained with. Another question is whether a model that never had them learns worse:

# %%
Recorded("10b")

# %% [markdown]
# **An honest surprise**, twice. The `[SEP]` between the two is worth nothing here: the segment ids say the same. And the segment ids are
# worth more than was written down before: without them a model *learns* entailment 12 points worse, `[SEP]` or not. (RoBERTa does
# without segment ids, with far more reading; a small model needs to be told.) What holds as expected: leaving out in the answer what
# was there in training costs most.
#
# ## 4 · Every token
#
# Which words are a person, a toy, a place? One label a word, and a classifier that is the same at every position. The labels are
# `B-TOY` for the first word of a toy, `I-TOY` for the following ones, `O` for all that is nothing.
#
# But the encoder reads *pieces*. `platform` comes as `pl ##at ##f ##orm`: four vectors, one label. BERT's convention: **the first
# piece speaks for the word**, all others, and `[CLS]` and `[SEP]`, get the label -100, which no loss looks at.

# %% exercise="heads.TokenClassificationHead"

# %% exercise="heads.align_labels"

# %% tags=["personal"]
mine, pieces = at_hand()
finds = STORY_TASKS["entities"](256, 200, 0)
for row in finds.train:
    encoding = tokenizer.encode(list(row.words), is_pretokenized=True)
    if "I-TOY" in row.tags and any(token.startswith("##") for token in encoding.tokens):
        break
labels = mine.align_labels([finds.labels.index(each) for each in row.tags], encoding.word_ids)
for token, word, label in zip(encoding.tokens, encoding.word_ids, labels, strict=True):
    print(f"{token:<12}{'-' if word is None else word!s:<6}{'-100' if label == IGNORE_INDEX else finds.labels[label]}")

# %% tags=["personal"]
tagger = learn(finds, FinetuningSettings(max_steps=64), pieces, "Persons, toys, places: 256 sentences")
for said, examples in {"seen in the labels": finds.test, "never seen in them": finds.test_unseen}.items():
    scores = tagger.score(examples)
    print(f"names and toys {said:<20}F1 {scores['entity_f1']:.0%}, words right {scores['token_accuracy']:.0%}")
nothing = sum(each == "O" for one in finds.test_unseen for each in one.tags)
print(f"{'always O':<34} F1 0%, words right {nothing / sum(len(one.tags) for one in finds.test_unseen):.0%}")
sentence = "tom and mia left the teddy bear behind the sofa ."
print(marked(sentence, tag(tagger.model, tokenizer, sentence)))

# %% [markdown]
# **F1** is stricter than counting words: most words are `O`, so that who always says `O` has most of the words, and an F1 of 0. An
# entity counts if its beginning, its end and its kind are right, all three. (Lesson 6 writes it.)
#
# What if every piece gets the label of its word, as many programs do? Or the last one instead of the first?

# %%
Recorded("10c")

# %% [markdown]
# For parts of speech it does not matter. For entities eight seeds are too few to say: the intervals overlap, and the first criterion failed. What is certain
# is the last line: **read the tag where it was learned**. Who trains on last pieces and reads first ones loses a third of the cut words.
#
# ## 5 · A span: start and end
#
# *Who thought that the wooden horse was the nicest thing?* The answer stands in the passage, so it is enough to say where it
# begins and where it ends. Two outputs at every token, and each is a choice among all positions: **softmax runs over the T
# positions**, not over labels. The loss is the mean of two cross-entropies,
#
# $$\text{loss} = \tfrac{1}{2}\left(-\ln \text{softmax}(s)_{\text{start}} - \ln \text{softmax}(e)_{\text{end}}\right) .$$
#
# And then an answer has to be chosen. The likeliest start and the likeliest end were scored apart: nothing says that the one
# stands before the other. So they are chosen **together**, as the pair with the highest sum of scores that is a span, inside the
# passage, and not too long.

# %% exercise="heads.SpanHead"

# %% exercise="heads.span_loss"

# %% exercise="heads.best_span"

# %% [markdown]
# Before you train, commit a guess. If start and end are each taken alone, how often does an answer *end before it begins*? Ask
# a head that has hardly begun to learn.

# %%
crossed = Prediction(
    "crossed",
    "In what share of the questions does the likeliest end stand before the likeliest start, after four steps of training?",
    low=0,
    high=100,
    unit="%",
)
crossed

# %% tags=["personal"]
mine, pieces = at_hand()
asks = STORY_TASKS["questions"](1024, 200, 0)
looks = {}


def look(step, learning):
    """How the answers to unseen questions stand after some steps."""
    if step not in (4, 16, 32, 64, 128):
        return
    said = span_scores(learning.model, tokenizer, asks.test_unseen)
    alone = [one.text(*one.alone()) for one in said]
    together = [one.text(*one.together(best_span=mine.best_span)) for one in said]
    gold = [one.answer for one in asks.test_unseen]
    looks[step] = (
        sum(one.alone()[0] > one.alone()[1] for one in said) / len(said),
        sum(map(str.__eq__, alone, gold)) / len(gold),
        sum(map(str.__eq__, together, gold)) / len(gold),
    )


reader = learn(asks, FinetuningSettings(max_steps=128, batch_size=32), pieces, "Questions: 1,024 of them", every=look)
print(f"{'steps':>6}{'start after end':>18}{'right, each alone':>20}{'right, together':>18}")
for step, (odd, alone, together) in looks.items():
    print(f"{step:>6}{odd:>18.0%}{alone:>20.0%}{together:>18.0%}")

# %% tags=["personal"]
crossed.reveal(
    100 * looks[4][0],
    because="At first both curves are nearly flat, and two positions drawn at random are in the wrong order half of the time. "
    "With training it becomes rare, and does not end.",
)

# %% [markdown]
# The loss fell, and the share of right answers to *unseen* questions grew from nothing: **seen to train**. Choosing together
# is worth some points to the end. (Taking each alone stood in the documentation of the most used library, [transformers,
# issue 12254](https://github.com/huggingface/transformers/issues/12254), and in many a tutorial, [captum, issue
# 684](https://github.com/meta-pytorch/captum/issues/684).)
#
# Look at what your
# head says. Above each token the probability that the answer starts there, below it that it ends there. Make the longest span
# shorter, and see other answers come up.

# %% tags=["personal"]
readings = span_readings(reader.model, tokenizer, asks.test_unseen[:40])
doubtful = sorted(readings, key=lambda one: one.together(30)[0].probability)[:6]
SpanViewer(doubtful)

# %% [markdown]
# Over three seeds, and with a third way: tag every token as *inside* or *outside* the answer, which a token head can do.

# %%
Recorded("10d")

# %% [markdown]
# Compare the lines that begin with *start and end*, and those that begin with *inside or outside*. Choosing together is ahead at all times, at the end by a few points: a start after an end is one
# way to be wrong, and gets rare. Tags of single tokens have more ways: no tag at all, or pieces. Even their likeliest *run*, which is chosen
# as your `best_span` chooses, stays behind the span head. Two outputs that compete over positions are made for "one place"; a
# yes or no at every token is not.
#
# ## 6 · Every head on every task
#
# Now the whole grid. A cell has one of three outcomes:
#
# - **fits**: the head's answer is the task's answer.
# - **can, at a price**: it gives something from which the answer can be made. A label of every token becomes a label of the
#   whole by taking the mean, or by a vote.
# - **cannot**: the answer is of another shape. One vector at `[CLS]` has one label to give, and seven words want seven.
#
# What price? That is measured, before anything is called worse.

# Commit a guess first:

# %%
token_for_text = Prediction(
    "token-for-text",
    "What is a text about? (14 topics, 256 labelled texts.) The [CLS] head is right about most. "
    "A token head, its answers averaged over all tokens, is",
    ["far worse", "about as good", "far better"],
)
token_for_text

# %%
outcomes = {(task, head): cell_of(task, head) for task in ANSWER_SHAPES for head in HEADS}
can = sum(cell.outcome != "cannot" for cell in outcomes.values())
pairs_that_can.reveal(
    can,
    because="A head that says something at every token can be made to say something about the whole, if it has an output for every "
    "label: a span head has two. The other way round there is no way: one vector has one answer.",
)

# %% [markdown]
# Six cells, live, on your own heads. All learn for equally many steps, from the same encoder, and are judged on words that
# no label had.

# %% tags=["personal"]
live = {
    ("document classification", "cls"): None,
    ("document classification", "token"): "mean of all tokens",
    ("sentiment", "token"): "vote of all tokens",
    ("sentiment", "span"): None,
    ("part-of-speech tagging", "token"): None,
    ("question answering", "token"): None,
}
EQUAL_STEPS = 80
scored = {}
for (task, head), reading in progress(live.items(), total=len(live), unit="cell"):
    scored[task, head] = run_cell(shipped(), task, head, reading, steps=EQUAL_STEPS, test=150, pieces=pieces)
print(f"{'task':<26}{'head':<8}{'read as':<24}{'score':>7}{'majority':>10}{'seconds':>9}")
for one in scored.values():
    print(
        f"{one.task:<26}{one.head:<8}{one.reading or 'the usual way':<24}{one.score:>7.0%}{one.majority:>10.0%}{one.seconds:>9.1f}"
    )

# %% tags=["personal"]
cls, mean = (scored["document classification", head].score for head in ("cls", "token"))
token_for_text.reveal(
    "about as good" if abs(cls - mean) < 0.1 else "far better" if mean > cls else "far worse",
    because=f"{cls:.0%} and {mean:.0%}. What one sentence is about, each of its words has heard of. For two sentences "
    "it is another matter: see the record below.",
)

# %% [markdown]
# And a cell that cannot says why, instead of an answer that looks like one:

# %%
try:
    run_cell(shipped(), "named-entity recognition", "cls", steps=EQUAL_STEPS, pieces=pieces)
except ValueError as error:
    print(error)

# %% [markdown]
# All cells at full size, three seeds:

# %%
Recorded("10")

# %% [markdown]
# The same as a grid, all of it trained; where a head can be read in more than one way, the ways stand in the record's order.

# %%
record = Recorded("10").record


def recorded_of(task, head):
    """What was recorded in a cell, for each way to read it: its name and the mean score, all of it trained."""
    named = {row: row.partition(", ")[2] or "the usual way" for row in record.rows if row.startswith(f"{task}: {head}")}
    return {name: f"{record.interval(row, 'end to end').mean:.0%}" for row, name in named.items()}


OutcomeTable(
    {place: cell.outcome for place, cell in outcomes.items()},
    {place: " / ".join(recorded_of(*place).values()) for place in outcomes},
)

# %% [markdown]
# Now pick any head for any task, and look what comes of it. Four of the answers come from the models that you have trained above.


# %% tags=["personal"]
def labels_of(model, *given):
    """The likeliest label of each text or pair."""
    return [f"{' | '.join(each)}: {classify(model, tokenizer, *each)[0].name}" for each in given]


def picked(task, head):
    """What comes of a head on a task: the models of this page where there is one, else what was recorded."""
    cell = cell_of(task, head)
    lines = []
    if (task, head) == ("sentiment", "cls"):
        lines = labels_of(judge.model, *((one.text,) for one in praise.test_unseen[:3]))
    elif (task, head) == ("entailment", "cls"):
        lines = labels_of(pairs.model, *((one.first, one.second) for one in follows.test_unseen[:3]))
    elif (task, head) == ("named-entity recognition", "token"):
        words = [" ".join(one.words) for one in finds.test_unseen[:3]]
        lines = [marked(text, tag(tagger.model, tokenizer, text)) for text in words]
    elif (task, head) == ("question answering", "span"):
        lines = [
            f"{one.question}  {answer(reader.model, tokenizer, one.question, one.passage).text}"
            for one in asks.test_unseen[:3]
        ]
    elif cell.readings:
        lines = [f"recorded, {name}: {score}" for name, score in recorded_of(task, head).items()]
    return Picked(cell.outcome, cell.why, lines)


HeadPicker(list(ANSWER_SHAPES), list(HEADS), picked)

# %% [markdown]
# So "any head for any task" is not true: eight cells have no answer at all. "Only the right head works" is not true either. What decides first is the
# **shape of the answer**. After that the record says what a stand-in costs:
#
# - **One sentence: nothing.** A mean or a vote of all tokens is as good as `[CLS]`, trained or frozen. (Look at topics in the frozen
#   column.)
# - **Two sentences: a lot.** On entailment a mean is more than 20 points behind. Perhaps because every token is asked for the verdict there, and `[CLS]` alone has learned, by NSP, to look at both
#   sides; that was not tested. (On paraphrases the difference goes the same way, and three
#   seeds are too few to be sure: that criterion failed.)
# - **A place: 17 points**, for the reason given above.
# - **The pooler** is worth nothing end to end. Under a frozen encoder it is worth 19 points on entailment and 5 on paraphrases: one layer more that learns.
#
# You choose the head that fits because it never costs anything, and because what it says *is* the answer.
#
# ## 7 · A museum of real bugs
#
# Each of these stood in public code. None of them raises an error.
#
# ### Exhibit 1: the names of the labels
#
# A model gives numbers. Which number is *entailment*? If a checkpoint was trained with one order and the program that judges it has
# another, the model is right and the names are not. ([TextAttack, issue 684](https://github.com/QData/TextAttack/issues/684): 7 %
# where 84 % were reported; [nn_pruning, issue 32](https://github.com/huggingface/nn_pruning/issues/32): 6.6 % for 84.7 %.) Your
# model of section 3, its labels turned round by one:

# %% tags=["personal"]
names = list(pairs.model.labels)
for turned in range(len(names)):
    pairs.model.labels = [names[(place + turned) % len(names)] for place in range(len(names))]
    print(f"{', '.join(pairs.model.labels):<44}{pairs.score(follows.test)['accuracy']:>5.0%} right")
pairs.model.labels = names

# %% [markdown]
# Far *below* a third, which is what guessing gives. A model that knows nothing is at chance; one that is far below chance knows the
# answer and calls it by another name. Save the names with the weights.
#
# ### Exhibit 2: padding on the left
#
# `hidden[:, 0]` is `[CLS]` as long as the padding is on the right. Programs that come from text generation pad on the left, and there
# position 0 of all shorter rows is `[PAD]` ([sentence-transformers, issue
# 3208](https://github.com/huggingface/sentence-transformers/issues/3208)). Your model for pairs, one at a time and many:

# %% tags=["personal"]
PAD = tokenizer.token_to_id("[PAD]")


def right_when_padded(side, size):
    """Share of pairs that are judged rightly in batches of so many, padded on one side."""
    right = 0
    for start in range(0, len(follows.test), size):
        batch = follows.test[start : start + size]
        encoded = [tokenizer.encode(one.first, one.second) for one in batch]
        ids, types = (
            nn.utils.rnn.pad_sequence(
                [torch.tensor(row) for row in rows], batch_first=True, padding_value=fill, padding_side=side
            )
            for rows, fill in (([each.ids for each in encoded], PAD), ([each.type_ids for each in encoded], 0))
        )
        with torch.no_grad():
            best = pairs.model.eval()(ids, attention_mask=ids != PAD, token_type_ids=types).argmax(dim=-1).tolist()
        right += sum(pairs.model.labels[said] == one.label for said, one in zip(best, batch, strict=True))
    return right / len(follows.test)


print(f"{'padding':<10}{'1 at a time':>12}{'50 at a time':>13}")
for side in ("right", "left"):
    print(f"{side:<10}{right_when_padded(side, 1):>12.0%}{right_when_padded(side, 50):>13.0%}")

# %% [markdown]
# One at a time there is no padding, and nothing to see: the bug comes with the batch. And it does not crash the score, it *dents*
# it: a `[PAD]` at position 0 still attends to the real tokens, all of which have moved to other positions. Nobody suspects the padding of a model that is a little
# worse than its paper.
#
# ### Exhibit 3: B on every piece
#
# Every piece gets the label of its word, and the label is `B-TOY`. Then a word of three pieces is three toys, each one piece long
# ([transformers, issue 14043](https://github.com/huggingface/transformers/issues/14043);
# [software-mention-extraction, issue 2](https://github.com/chanzuckerberg/software-mention-extraction/issues/2)). Count the
# entities in the *gold* labels:


# %% tags=["nbval-check-output"]
def pieces_of(words, tags):
    """One tag a piece, that of its word."""
    encoding = tokenizer.encode(list(words), is_pretokenized=True, add_special_tokens=False)
    return [tags[word] for word in encoding.word_ids]


by_word = sum(len(entities(one.tags)) for one in finds.test)
by_piece = sum(len(entities(pieces_of(one.words, one.tags))) for one in finds.test)
print(f"entities in 200 sentences: {by_word} by words, {by_piece} by pieces")

# %% [markdown]
# An F1 over these is another measure with the same name. Judge words, not pieces.
#
# ### Exhibit 4: the end is the last token, or the one behind it
#
# Here, and in BERT, `end` is the answer's **last** token. A Python slice ends *before* its second number. Whoever writes
# `tokens[start:end]` loses the last word of every answer ([transformers, issue
# 12708](https://github.com/huggingface/transformers/issues/12708): it looked like a bug of the training data), and an answer of one
# word is gone. Your own reader:

# %% tags=["personal"]
right = {"tokens[start : end + 1]": 0, "tokens[start : end]": 0}
for one in readings:
    start, end = mine.best_span(one.start_logits, one.end_logits, torch.ones(len(one.tokens), dtype=torch.bool), 30)
    gold = one.tokens[one.answer[0] : one.answer[1] + 1]
    right["tokens[start : end + 1]"] += one.tokens[start : end + 1] == gold
    right["tokens[start : end]"] += one.tokens[start:end] == gold
for how, count in right.items():
    print(f"{how:<26}{count} of {len(readings)} right")

# %% [markdown]
# Both mistakes are possible, in the labels and in reading them off. If *both* are there they cancel out, until somebody mends one.
#
# ## 8 · Quiz
#
# Every answer has something to say, the wrong ones most of all.

# %% jupyter={"source_hidden": true}
Quiz(
    [
        Question(
            "You want to know of a contract which of 40 clauses it has: a label for every *sentence* of the page. Which head?",
            [
                Choice(
                    "The [CLS] head, it is made for sentences",
                    "It gives one label for all that was read. Feed it one sentence at a time and it fits; the page as a whole does not.",
                ),
                Choice(
                    "The span head, each clause is a piece of text",
                    "Asked one question a clause it can, forty times over. In one reading two outputs have no room for forty kinds.",
                ),
                Choice(
                    "One that reads several positions: a token head, read at one token of each sentence",
                    "The family is 'a label for many places'. Which token speaks for a sentence is a convention, as the first piece "
                    "speaks for a word.",
                    right=True,
                ),
            ],
        ),
        Question(
            "What has to be stored for the ninth task, if the first eight were fine-tuned end to end?",
            [
                Choice(
                    "A head of a few hundred weights",
                    "That would be so if the encoder had been frozen. End to end every task has an encoder of its own.",
                ),
                Choice(
                    "A whole model: encoder and head",
                    "All weights have moved. Lesson 6 weighs that against a frozen encoder, which all tasks share.",
                    right=True,
                ),
                Choice(
                    "Only the examples",
                    "With these one could train again, from the same seed. What is *used* is the model.",
                ),
            ],
        ),
        Question(
            "A checkpoint scores 5 % on a task with three labels of equal frequency. What do you look at first?",
            [
                Choice(
                    "The order of the labels' names",
                    "Far below a third, so it tells them apart, and calls them by other names. Exhibit 1.",
                    right=True,
                ),
                Choice(
                    "The learning rate",
                    "A model that has learned nothing is right about a third. Five per cent takes knowledge.",
                ),
                Choice(
                    "The tokenizer",
                    "With the wrong one it would see noise, and guess: about a third, the labels being equally frequent.",
                ),
            ],
        ),
        Question(
            "Why is the loss of a span head at ln T in the beginning, with T tokens, and not at ln 2?",
            [
                Choice(
                    "It has two outputs, but many weights",
                    "How many weights there are does not matter. What does the softmax run over?",
                ),
                Choice(
                    "Start and end are two questions, so it should be 2 ln 2",
                    "Neither of the two is a question with two answers.",
                ),
                Choice(
                    "Each output chooses one of T positions",
                    "The two outputs are two *curves*. Each is turned into probabilities over all positions.",
                    right=True,
                ),
            ],
        ),
        Question(
            "Your tagger's loss is lower than your colleague's, on the same data. He labels first pieces, you label all pieces. Who is better?",
            [
                Choice(
                    "You, the loss is lower",
                    "The means are over different positions, and his leaves out some that yours has.",
                ),
                Choice(
                    "One cannot tell: score both by words",
                    "Losses over different positions are no more comparable than prices in two currencies.",
                    right=True,
                ),
                Choice(
                    "He, since BERT does it his way",
                    "It is a convention; the record of section 4 has no clear difference between the two.",
                ),
            ],
        ),
    ]
)

# %% [markdown]
# ## 9 · In your own words
#
# Somebody builds a help desk on one encoder: it must route a mail to one of twelve teams, find order numbers in it, and quote the
# sentence of the manual that answers it. Which heads, with which outputs and which losses? What is shared, what is trained anew, and
# which mistake of the museum would you test for first? Eight sentences or fewer.

# %% [markdown] written="heads.in-your-words" points=3
# Routing is one label for the whole mail: a linear layer on [CLS] with twelve outputs and cross-entropy over twelve labels. Order
# numbers are a label for every word, B, I or O: a linear layer with three outputs at every token, cross-entropy over those tokens that
# speak for a word, -100 elsewhere. The quotation is a place in a passage: a layer with two outputs at every token of question and
# passage, softmax over positions, mean of two cross-entropies, and start and end chosen together inside the passage. What is
# shared is the pre-trained encoder, and the heads of pre-training are dropped; each head is fresh and, end to end, each task gets an
# encoder of its own. I would first test that labels keep their names (a score below chance), and that answers lie in the passage
# with start before end.
#
# **Rubric**
#
# - 1 point: names the three heads with the vectors that they read: [CLS], every token, every token as start and end.
# - 1 point: outputs and losses: twelve labels; a label a word with -100 for further pieces and special tokens; two curves with a
#   softmax over positions.
# - 1 point: says that the encoder is shared or copied and the heads are fresh, and names one mistake with a test that would show it.

# %% [markdown]
# ## 10 · What this did not show
#
# - **Why [CLS] is ahead on pairs.** NSP made it look at both sides; whether it is that, an encoder without NSP would have to tell.
# - **Questions without an answer.** Here every passage has one. SQuAD 2.0 adds "no answer", read off [CLS] as start and end.
# - **Tags that must agree.** Each word is tagged on its own, so `O I-TOY` can come out. A CRF on top forbids it; BERT does without.
# - **Long passages.** What is longer than the encoder is read in windows that overlap.
# - **Real text.** The stories are small, and so are the differences; what carries over is how to measure them.
#
# ## 11 · For your cheat-sheet
#
# | task | head | reads | gives | loss |
# | --- | --- | --- | --- | --- |
# | sentiment, intent, topic | CLS | $h_0$ | one of L labels | cross-entropy over labels |
# | entailment, paraphrase | CLS, the same | $h_0$ of a pair | one of L labels | the same |
# | entities, parts of speech | token | every $h_i$ | a label a word | the same, -100 at further pieces and special tokens |
# | questions | span | every $h_i$ | start and end | mean of two cross-entropies over positions |
#
# | stage | reads | comes along | stays behind | fresh |
# | --- | --- | --- | --- | --- |
# | pre-training | text without labels | | | everything |
# | fine-tuning | labelled examples | encoder | MLM head, NSP head | one head (and a pooler under a CLS head) |
#
# **Glossary.** *Head*: a small layer that turns vectors into an answer. *CLS head*: reads the vector at `[CLS]`, one label for the
# input. *Per-token head*: the same classifier at every token. *Span head*: two scores a token, start and end. *Pooler*: dense and tanh on
# `[CLS]`, in the released BERT between encoder and CLS head. *Alignment*: which piece carries the label of a word. *BIO tags*: B-X begins
# an entity of kind X, I-X goes on with it, O is outside. *Entity F1*: harmonic mean of the shares of found and of true entities that
# agree in beginning, end and kind. *Exact match*: the answer is the right text. *Stand-in*: a head that is made to give an answer of
# another shape than its own.
#
# **Next:** how few labels are enough, what to freeze, and what it all costs: pre-train once, fine-tune many times.
