# %% [markdown]
# # 6 · Fine-tuning: pre-train once, fine-tune many times
#
# `[CLS] this teddy [MASK] is so cute . [SEP]` What stood there? `[CLS] this teddy bear is so cute . [SEP]` Is that praise? The
# same encoder, two trainings. The first was long, asked for words, and nobody had to label anything. The second is short, asks for
# what *you* want to know, and needs labels. How many? Must the encoder learn with the head, or is it enough to ask it? What does
# each of the two cost, and when has the first one paid for itself?
#
# In this lesson you write the second training, six exercises, and measure all of that: with an encoder that has read against
# one that has not, frozen against trained, sixteen labels against a thousand. Some of what everybody says about fine-tuning will come
# out. Some will not, and the lesson says which.
#
# **You need** lesson 5: heads, and which of them answers what. **It takes** about three hours. **You cannot get stuck:** an exercise
# that you leave open is done by the library for the time being.
#
# Run each cell with <kbd>Shift</kbd>+<kbd>Enter</kbd>. After a break or a restart choose *Run All Above Selected Cell* in the menu
# *Run*: your answers and guesses are kept, trained models are not.

# %% tags=["setup"]
import copy
import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from random import Random
from typing import Any, Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Optimizer

from autograder.notebook import check, workbench
from bertkit.claims.claim import interval
from bertkit.data.labels import IGNORE_INDEX
from bertkit.evaluation.metrics import entities
from bertkit.finetuning.costs import Cost, cost_of_the_shipped_checkpoint, layer_parameters
from bertkit.finetuning.grid import run_cell, story_task
from bertkit.finetuning.learning import set_up
from bertkit.finetuning.loop import END_TO_END, FROZEN, FinetuningSettings
from bertkit.finetuning.pieces import FinetuningPieces
from bertkit.finetuning.scoring import tags_of
from bertkit.inference.predict import classify
from bertkit.model.bert import BertForPreTraining
from bertkit.model.pretrained import load_pretrained, shipped
from bertkit.notebook import (
    Choice,
    CostScale,
    LabelCurves,
    Prediction,
    Question,
    Quiz,
    Recorded,
    progress,
)

torch.set_num_threads(1)  # a model this small loses more to handing work over than it gains from a second core

# %% [markdown]
# ## 1 · First, your guess
#
# *What does the speaker want?* Greet, thank, warn, comfort: eight intents. You have **64** labelled sentences. The test sentences use words
# that none of the 64 has. One model starts from random weights, one from the encoder that has read stories, and both take equally
# many steps.

# %%
from_scratch = Prediction(
    "from-scratch",
    "64 labels, eight intents, unseen words, random weights at the start: which share does it get right?",
    low=0,
    high=100,
    unit="%",
)
from_scratch

# %%
has_read = Prediction(
    "has-read",
    "The same, from the encoder that has read stories:",
    low=0,
    high=100,
    unit="%",
)
has_read

# %% [markdown]
# And one that divides the field. You may let the whole model learn, or keep the encoder *frozen* and train the head alone. Eight tasks, a few
# hundred labels, equally many steps, five seeds each.

# %%
who_wins = Prediction(
    "who-wins",
    "Frozen or end to end: on how many of the eight tasks is the frozen encoder clearly ahead?",
    low=0,
    high=8,
    step=1,
)
who_wins

# %% [markdown]
# Keep your guesses.
#
# ## 2 · Two traces, side by side
#
# Follow one sentence through both stages. First **pre-training**, which is over:

# %%
pre_trained, tokenizer = load_pretrained(shipped(), BertForPreTraining)
intents = story_task("intent", 64, 150, 0)


def trace(text):
    """The tokens of a text and what the encoder is given."""
    encoding = tokenizer.encode(text)
    print(" ".join(encoding.tokens))
    return torch.tensor([encoding.ids]), encoding.tokens


ids, tokens = trace("this teddy [MASK] is so cute .")
place, target = tokens.index("[MASK]"), tokenizer.token_to_id("bear")
with torch.no_grad():
    words, _ = pre_trained(ids)
print(f"read at: position {place}, by the MLM head, {words.shape[-1]:,} scores")
print("target: bear")
print(f"loss: one cross-entropy, {F.cross_entropy(words[0, place][None], torch.tensor([target])).item():.3f} nats")
print(f"not looked at: the {len(tokens) - 1} other outputs, which have no label here")

# %% [markdown]
# Then **fine-tuning**, before its first step and after forty:

# %%
tune = set_up(shipped(), story_task("sentiment", 256, 150, 0), FinetuningSettings(max_steps=40))
ids, tokens = trace("this teddy bear is so cute .")
target = torch.tensor([tune.model.labels.index("positive")])


def sentiment_loss():
    """The one cross-entropy of this sentence, in nats."""
    with torch.no_grad():
        return F.cross_entropy(tune.model.eval()(ids), target).item()


before_it = sentiment_loss()
tune.losses()
print(f"read at: position 0, [CLS], by a head that was fresh, {len(tune.model.labels)} scores")
print("target: positive")
print(f"loss: one cross-entropy, {before_it:.3f} nats before the first step, {sentiment_loss():.4f} after forty")
print(f"not looked at: the {len(tokens) - 1} other outputs; they did their part in the layers below")

# %% [markdown]
# The loss is the same function, the encoder the same class. What differs stands in this table:
#
# | | pre-training | fine-tuning |
# | --- | --- | --- |
# | reads | any text | examples that somebody labelled |
# | input | 15 % of the tokens selected, most of them `[MASK]` | whole; there is no `[MASK]` |
# | target | the hidden words; whether two sides follow each other | a label, a label a word, a span |
# | head | MLM and NSP, dropped afterwards | one that is fresh |
# | changes | everything, from random weights | everything a little, or the head alone |
# | how often | once | once a task |
# | leaves behind | an encoder | a model for one task |
#
# ## 3 · The training of a task
#
# `finetune` is the loop that everybody has written once: batches, loss, gradients, step. Two things go wrong in it without a
# word: gradients of an earlier step that are still there, and a model that is not in training mode. `layerwise_learning_rates`
# gives lower layers smaller steps, since they hold what is common to all tasks (Howard and Ruder 2018, [arXiv
# 1801.06146](https://arxiv.org/abs/1801.06146), section 3.2).

# %% exercise="finetuning.finetune"

# %% exercise="finetuning.layerwise_learning_rates"

# %% [markdown]
# ### Your loop at work
#
# Four lines: a model, batches, an optimiser, your loop.

# %% tags=["personal"]
EARLIER = (
    *("nsp.pack_pair", "mlm.mlm_loss", "pretraining.pad_batch", "pretraining.parameter_groups"),
    *("heads.SequenceClassificationHead", "heads.TokenClassificationHead", "heads.SpanHead", "heads.align_labels"),
    *("heads.span_loss", "heads.best_span"),
)
HERE = ("finetune", "layerwise_learning_rates", "FrozenEncoder", "cache_features", "entity_f1", "training_flops")


before = workbench(*EARLIER)


def at_hand():
    """Your functions of this lesson as far as they passed, the library's for the rest; all as pieces of a fine-tuning."""
    mine = workbench(*(f"finetuning.{name}" for name in HERE))
    pieces = FinetuningPieces(
        sequence_head=before.SequenceClassificationHead,
        token_head=before.TokenClassificationHead,
        span_head=before.SpanHead,
        align_labels=before.align_labels,
        span_loss=before.span_loss,
        best_span=before.best_span,
        mlm_loss=before.mlm_loss,
        pack_pair=before.pack_pair,
        pad_batch=before.pad_batch,
        parameter_groups=before.parameter_groups,
        layerwise_learning_rates=mine.layerwise_learning_rates,
        frozen_encoder=mine.FrozenEncoder,
        cache_features=mine.cache_features,
        entity_f1=mine.entity_f1,
    )
    return mine, pieces


mine, pieces = at_hand()

# %% tags=["personal"]
torch.manual_seed(0)  # what is drawn in a step, such as dropout where there is any, comes from torch's global stream
learning = set_up(shipped(), intents, END_TO_END, pieces)
batches = list(learning.rows.in_order(16))
optimizer = torch.optim.AdamW(learning.model.parameters(), lr=1e-3)
history = mine.finetune(learning.model, batches, optimizer, epochs=15)
print(f"knows nothing of {len(intents.labels)} intents: ln {len(intents.labels)} = {math.log(len(intents.labels)):.2f}")
print("mean loss by epoch:", *(f"{loss:.2f}" for loss in history))
print(f"right on unseen words: {learning.score(intents.test_unseen)['accuracy']:.0%}")

# %% tags=["personal"]
depth = learning.model.config.num_hidden_layers
for decay in (1.0, 0.8, 0.5):
    rates = mine.layerwise_learning_rates(depth, 1e-3, decay)
    print(f"decay {decay}:", *(f"{rate:.1e}" for rate in rates), " (embeddings, layers, head)")

# %% [markdown]
# ## 4 · How few labels are enough
#
# Now the experiment that pre-training stands or falls with. The same task with ever more labels; from scratch, on a frozen encoder,
# end to end. The test has words that no label had, so that the labels alone cannot teach them.
#
# Each has a rate of its own. End to end has 1e-3; a head alone stands larger steps, 1e-2. From scratch has 3e-4: at 1e-3 some of its runs
# never begin to learn (`bertkit/claims/label_efficiency.py` says which were tried). Where they begin, 1e-3 is as good or some points better on words
# of the labels; on the others it is no better than the majority at either.

# %% tags=["personal"]
SCRATCH = replace(END_TO_END, learning_rate=3e-4)
REGIMES = {"from scratch": (SCRATCH, True), "frozen": (FROZEN, False), "end to end": (END_TO_END, False)}
NUMBERS, SEEDS, STEPS = (16, 64, 256), (0, 1, 2), 40
scores = {name: {number: [] for number in NUMBERS} for name in REGIMES}
runs = [(name, number, seed) for name in REGIMES for number in NUMBERS for seed in SEEDS]
for name, number, seed in progress(runs, total=len(runs), unit="run"):
    settings, scratch = REGIMES[name]
    found = run_cell(
        shipped(), "intent", "cls", steps=STEPS, examples=number, test=150, settings=settings, pieces=pieces,
        from_scratch=scratch, seed=seed,
    )  # fmt: skip
    scores[name][number].append(found.score)
LabelCurves({"intent": scores}, {"intent": found.majority})

# %% tags=["personal"]
mean = {name: sum(row[64]) / len(row[64]) for name, row in scores.items()}
from_scratch.reveal(
    100 * mean["from scratch"],
    because="Its words mean nothing to it but what 64 sentences taught, and the test asks about other words. It is near the "
    "majority, and more steps would not help: in the record below it has more of them, is right on nearly all sentences in the words "
    "of its labels, and on these as here.",
)

# %% tags=["personal"]
has_read.reveal(
    100 * max(mean["frozen"], mean["end to end"]),
    because="It has met the unseen words in stories, where they stood in the same places as those of the labels. What the label is for "
    "one it is for its neighbours.",
)

# %% [markdown]
# A control that must fail: the same encoder, the same 64 sentences, and their labels dealt out anew. A few stay right by chance, so it may learn that much. If it
# were right about as often as above, the score would come from somewhere else than from the labels.

# %% tags=["personal"]
dealt = Random(0).sample([one.label for one in intents.train], len(intents.train))
mixed_up = replace(intents, train=[replace(one, label=label) for one, label in zip(intents.train, dealt, strict=True)])
misled = set_up(shipped(), mixed_up, replace(END_TO_END, max_steps=STEPS), pieces)
losses = misled.losses()
stayed = sum(one.label == label for one, label in zip(intents.train, dealt, strict=True))
print(f"labels that stayed right by chance: {stayed} of {len(dealt)}")
print(f"labels dealt out anew: loss {losses[0]:.2f} to {losses[-1]:.2f} nats on its 64 sentences,", end=" ")
print(f"right on unseen words: {misled.score(intents.test_unseen)['accuracy']:.0%}")

# %% [markdown]
# Four tasks, up to 1,024 labels, words seen and unseen, five seeds:

# %%
Recorded("11")

# %%
record = Recorded("11").record
curves, majorities = {}, {}
for row in record.rows:
    task, *rest = row.split(", ")
    values = record.values(row, "unseen words")
    if rest == ["majority"]:
        majorities[task] = sum(values) / len(values)
    else:
        regime, labels = rest
        curves.setdefault(task, {}).setdefault(regime, {})[int(labels)] = values
LabelCurves(curves, majorities)

# %%
print(f"{'unseen words':<12}{'64 labels, has read':>22}{'1,024, from scratch':>22}{'apart (points)':>18}")
for task, regimes in curves.items():
    few = max((regimes[name][64] for name in ("frozen", "end to end")), key=sum)
    many = regimes["from scratch"][1024]
    ahead = interval([here - there for here, there in zip(few, many, strict=True)])
    print(f"{task:<12}{sum(few) / len(few):>22.0%}{sum(many) / len(many):>22.0%}", end=" ")
    print(f"{100 * ahead.mean:>12.0f} ± {100 * ahead.half:.0f}")

# %% [markdown]
# Sixteen times the labels do not make up for what was read, **on words that no label had**. On *seen* words (the right column of the record) it is
# another story: from scratch learns intents from 256 labels without a mistake, and is far behind only where labels are few; some points remain. What pre-training gives
# here is less a better learner than a **vocabulary**: neighbours of a word that somebody labelled.
#
# One line must not be read as that: *topic* from scratch is bad on seen words too, and with 1,024 labels no better than with 256. All runs take a hundred
# steps, so with more labels each is seen less often; fourteen topics are too many for that. It says that our hundred steps are few, not
# that topics cannot be learned from labels.
#
# ## 5 · Frozen or end to end
#
# *Frozen* means that the encoder is asked and does not learn. Then nothing in it may move: no weight, no running average, and
# **no dropout**, since it is not being trained. That last one is where it goes wrong: the `train()` of the model around it
# switches everything below it into training mode, the frozen encoder too.
#
# And if nothing moves, the encoder says the same thing in every epoch. So ask it **once** and keep the answers: *cached features*.

# %% exercise="finetuning.FrozenEncoder"

# %% exercise="finetuning.cache_features"

# %% [markdown]
# ### Asked every time, and asked once
#
# The same head from the same weights on the same vectors, twenty epochs; once the frozen encoder reads every batch again, once its
# vectors were kept.

# %% tags=["personal"]
mine, pieces = at_hand()


class OnFrozen(nn.Module):
    """A head on a frozen encoder that reads every batch."""

    def __init__(self, encoder, head):
        super().__init__()
        self.encoder, self.head = mine.FrozenEncoder(encoder), head

    def forward(self, input_ids, attention_mask, token_type_ids, labels):
        hidden = self.encoder(input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)
        return F.cross_entropy(self.head(hidden), labels)


class OnFeatures(nn.Module):
    """The same head on vectors that were kept."""

    def __init__(self, head):
        super().__init__()
        self.head = head

    def forward(self, features, labels):
        return F.cross_entropy(self.head(features[:, None]), labels)


def head_of(seed):
    """A fresh head without dropout, the same for the same seed."""
    torch.manual_seed(seed)
    return before.SequenceClassificationHead(pre_trained.config.hidden_size, len(intents.labels), 0.0)


begun = time.process_time()
asked = OnFrozen(copy.deepcopy(pre_trained.bert), head_of(1))
every_time = mine.finetune(asked, batches, torch.optim.AdamW(asked.head.parameters(), lr=1e-2), epochs=20)
seconds = {"asked every time": time.process_time() - begun}

begun = time.process_time()
inputs = [{name: value for name, value in batch.items() if name != "labels"} for batch in batches]
features = mine.cache_features(pre_trained.bert, inputs)
kept, start = [], 0
for batch in batches:
    size = len(batch["labels"])
    kept.append({"features": features[start : start + size], "labels": batch["labels"]})
    start += size
on_kept = OnFeatures(head_of(1))
once = mine.finetune(on_kept, kept, torch.optim.AdamW(on_kept.head.parameters(), lr=1e-2), epochs=20)
seconds["asked once"] = time.process_time() - begun

apart = max(abs(here - there) for here, there in zip(every_time, once, strict=True))
print(f"largest difference of an epoch's loss: {apart:.1e} nats")
for name, spent in seconds.items():
    print(f"{name:<18}{spent:>6.2f} s")

# %% [markdown]
# The same training, at a fraction of the seconds; the more epochs, the smaller the fraction. Is it as *good* as letting the encoder learn? All
# eight tasks, equally many steps:

# %%
Recorded("12")

# %%
record = Recorded("12").record
frozen_ahead, end_to_end_ahead = set(), set()
for row in record.rows:
    task, regime, labels = row.split(", ")
    apart = record.interval(row, "minus end to end")
    if regime == "frozen" and apart.low > 0:
        frozen_ahead.add(task)
    if regime == "frozen" and apart.high < 0:
        end_to_end_ahead.add(task)
print("frozen ahead beyond its interval, with 64 or 256 labels:    ", ", ".join(sorted(frozen_ahead)) or "nowhere")
print("end to end ahead beyond its interval, with 64 or 256 labels:", ", ".join(sorted(end_to_end_ahead)) or "nowhere")
who_wins.reveal(
    len(frozen_ahead),
    because="At equal steps it is ahead nowhere beyond what five seeds can tell. What frozen wins is seconds, and that one "
    "encoder serves all tasks.",
)

# %% [markdown]
# Where does end to end win, and why there? Look at how much the task asks for what the vectors hold already. *Sentiment* lies open in them: nothing is
# gained, and frozen takes a tenth of the seconds or less. Where the answer has to be worked out from several words, one linear layer on what is there gets part of the way:
# entities are behind with few labels and with many; whether one text follows from another, whether two mean the same, and where in a passage the answer stands are
# behind *once there are labels to learn it from*: with 64 labels neither way knows much of pairs, with 256 the trained encoder has pulled away. *Intent* was
# expected among the easy ones (within five points; that criterion failed, by a hair) and lies five to ten points lower frozen.
#
# Rates that fall from layer to layer are no way in between: of four comparisons three cannot be told from equal rates, and in one (parts of speech, 256 labels) they are half
# a point behind. *Paired over seeds* means that both ways had the same examples and the same fresh head, and that one was taken from the other seed by
# seed: what makes a seed easy or hard for both then drops out.
#
# A warning about such comparisons. An earlier trial of this course, on another encoder, had frozen ahead with sixteen labels and ten epochs: 81 ± 3.6 against
# 67 ± 3.5 %. But ten epochs of sixteen examples are *ten steps*. At two hundred steps each it was 83 ± 5 against 81 ± 5: no difference
# (`bertkit/claims/frozen_or_not.py` says what was tried). **Compare at equal steps**, and say what was equal. Equal *seconds* would be another fair
# question, and another experiment: for those a frozen head could take ten times the steps.
#
# ## 6 · What is a good tagger? Entity F1
#
# Words are easy: most of them are `O`. What one wants to know is how many *entities* were found, whole and of the right kind. The
# rules are older than BERT, those of the CoNLL shared task (Tjong Kim Sang and De Meulder 2003, [cs/0306050](https://arxiv.org/abs/cs/0306050)),
# and most mistakes are about a tag that should not be where it is. As in lesson 5, `B-TOY` begins an entity, `I-TOY` goes on with it, and `O` is outside. *Micro-averaged*
# means that the entities of all texts are counted in one pot, before any share is taken.

# %% exercise="finetuning.entity_f1"

# %% tags=["personal"]
mine, pieces = at_hand()
finds = story_task("named-entity recognition", 64, 150, 0)
tagger = set_up(shipped(), finds, FinetuningSettings(max_steps=40), pieces)
tagger.losses()
measured = tagger.score(finds.test_unseen)
always_o = [["O"] * len(one.tags) for one in finds.test_unseen]
gold = [list(one.tags) for one in finds.test_unseen]
words_right = sum(tags.count("O") for tags in gold) / sum(map(len, gold))
print(f"{'':<22}{'words right':>12}{'your F1':>10}")
print(f"{'tagger, 64 labels':<22}{measured['token_accuracy']:>12.0%}{measured['entity_f1']:>10.0%}")
print(f"{'always O':<22}{words_right:>12.0%}{mine.entity_f1(always_o, gold):>10.0%}")

# %% [markdown]
# ## 7 · What it costs, and when it has paid
#
# Lesson 4 counted: six operations a weight and token for a step, two forward and four backward. A frozen encoder saves the four; cached, it pays the
# two once.

# %% exercise="finetuning.training_flops"

# %% tags=["personal"]
mine, pieces = at_hand()
weights = layer_parameters(pre_trained.config)
tokens = sum(int(batch["attention_mask"].sum()) for batch in batches)
costs = {"pre-training, once": cost_of_the_shipped_checkpoint()}
begun = time.process_time()
again = set_up(shipped(), intents, END_TO_END, pieces)
mine.finetune(again.model, batches, torch.optim.AdamW(again.model.parameters(), lr=1e-3), epochs=20)
spent = time.process_time() - begun
costs["intent, end to end"] = Cost(spent, 20 * tokens, mine.training_flops(weights, tokens, 20, "end-to-end"))
for name, recipe in (("asked every time", "frozen"), ("asked once", "cached")):
    flops = mine.training_flops(weights, tokens, 20, recipe)
    costs[f"intent, {name}"] = Cost(seconds[name], (20 if recipe == "frozen" else 1) * tokens, flops)
CostScale(costs)

# %% [markdown]
# More than an hour against seconds: **the two do not cost the same kind of money.** For *one* task that is a bad deal, if the same can be had from scratch.
# Can it? The record has what fine-tuning costs with 256 labels, for every task, and how far a model from scratch comes with sixteen times as many and up to
# four times the steps:

# %%
Recorded("9")

# %% [markdown]
# Two criteria failed, and both are worth a look. *Kept vectors give the same score*: not for questions, by one or two points up or down.
# A span's softmax runs over padding too, as in BERT's release, and there the kept vectors are zeros, where an encoder that is asked again says something of
# `[PAD]`. *From scratch never gets there*: for parts of speech it does, on unseen words too.
# What part of speech a word has, its neighbours tell; for that nobody had to have met the word.
#
# Where is the *break-even*, the number of tasks after which pre-training has paid for itself? Where its seconds are made up by what each task saves:

# %%
record = Recorded("9").record
once = record.interval("pre-training, once", "seconds").mean
for words in ("seen words", "unseen words"):
    print(f"from scratch, until it is as good as fine-tuned on {words}:")
    for task in ("sentiment", "intent", "entities", "pos"):
        scratch = f"{task}, from scratch"
        if not all(record.values(scratch, f"the same, {words}")):
            print(f"    {task:<11}it never is: the first task pays for the pre-training")
            continue
        needs, fine_tuned = record.values(scratch, f"seconds, {words}"), record.values(f"{task}, end to end", "seconds")
        saved = interval([here - there for here, there in zip(needs, fine_tuned, strict=True)])
        print(f"    {task:<11}{sum(needs) / len(needs):>4.1f} s;", end=" ")
        print(f"a fine-tuning saves {saved.mean:.1f} ± {saved.half:.1f} s:", end=" ")
        print(f"{once / saved.mean:,.0f} tasks" if saved.low > 0 else "not more than three runs can tell from nothing")

# %% [markdown]
# In **seconds**, pre-training has not paid for itself here, on words that the labels have: a task this small is quickly learned. What it
# pays in is **labels**, of which from scratch was given sixteen times as many, and words that nobody labelled, which three of the four tasks did not get for any number
# of seconds. Outside a course it is the labels that somebody has to pay for.

# %% [markdown]
# ## 8 · Was the mix worth it? And a [MASK] where none belongs
#
# BERT keeps 10 % of the selected words and exchanges 10 %, *because fine-tuning never sees a `[MASK]`* (Devlin et al. 2019, [arXiv
# 1810.04805](https://arxiv.org/abs/1810.04805), section 3.1 and appendix C.2). Does an encoder that was trained on `[MASK]` alone serve a task
# worse? Three encoders, the same but for the mix, and one that has learned nothing; clean input, no `[MASK]` anywhere. A *linear probe*, as in lesson 3, is a linear layer fitted to vectors
# that stay as they are: what it reads off lies open in them.

# %%
Recorded("13")

# %% [markdown]
# It does, more than we had thought; our criterion that no task would tell the difference end to end failed. An encoder that has only ever been asked about
# `[MASK]` has less to say about words that are *there*. A probe reads the word and its part of speech off worse, even worse than off an encoder that has learned nothing; entities
# and parts of speech are tagged worse, frozen by far, end to end still.
#
# *80/0/20*, without exchanged words, is another trade. It may trust what it sees: more words are read off, and parts of speech come out a little better. But it never had
# a reason to doubt a word and ask its neighbours (lesson 2), and on entities that no label had it is ten points behind.
#
# How much of that is left in a large encoder? These are small and early in their training, and 100/0/0 learns its own question more slowly too
# (first row). For BERT the paper has a difference in the same direction and about a fortieth as large: F1 of entities for 100/0/0 against 80/10/10, frozen 94.0 against 94.9, end to
# end 94.9 against 95.4 (Devlin et al. 2019, appendix C.2, table 8).
#
# Now the other way round. In fine-tuning the sentiment model of section 2 has seen no `[MASK]`. Put one in.

# %% tags=["personal"]
for text in (
    "this teddy bear is so cute .",
    "this teddy [MASK] is so cute .",
    "this teddy bear is so [MASK] .",
    "[MASK] this teddy bear is so cute .",
):
    first, *_ = classify(tune.model, tokenizer, text)
    print(f"{text:<38}{first.name} {first.probability:.0%}")

# %% [markdown]
# Look at the third one: the only word that decides is gone, and it is as sure as before. A head has no way to say "I cannot
# know". Three hundred sentences and as many pairs, changed at a place that is drawn, or wherever a word decides:

# %%
Recorded("13b")

# %% [markdown]
# A `[MASK]` that is put in hurts less than a random word. In the place of a word it is as bad as a lost word, no worse. In the place of the word that
# decides sentiment, what is left is chance; of a pair the rest of both texts still tells something. The pitfall is not that `[MASK]` breaks a fine-tuned model; it is to
# believe that it belongs there. **`[MASK]` is an instrument of pre-training**: neither the labelled examples nor the texts that you ask about have one.
#
# ## 9 · And next-sentence prediction?
#
# Lesson 3 measured what the question asks for, and left open whether a task gains by it. Two encoders by the original recipe, from equally many
# tokens, one with the loss of pairs and one without:

# %%
Recorded("7c")

# %% [markdown]
# On average over tasks the question of pairs is worth one or two points, and end to end no task gains by it beyond its interval. Frozen two of eight lie outside: *paraphrase* gains
# three points, *parts of speech* lose nearly two. *Entailment*, which is about pairs too, gains three to five, just within its interval. Of sixteen comparisons at 95 % about one lies
# outside by chance, so this says *where to measure again*, not that it is so. What it costs is as small: some of the hidden words. Two
# criteria failed: that of the frozen encoder, for paraphrase, and that 75 % of unseen pairs be told, which with 73 was missed narrowly. Three seeds had shown nothing in any
# task, with intervals twice as wide; eight were run for that reason.
#
# RoBERTa ([arXiv 1907.11692](https://arxiv.org/abs/1907.11692), section 4.2) found on real text that leaving it out is no loss, and most encoders since have left
# it out; ALBERT ([arXiv 1909.11942](https://arxiv.org/abs/1909.11942)) asks for the order of two segments instead. So it is not true that *all* encoders have NSP.
#
# ## 10 · Four pitfalls, each with its figure
#
# | what is said | what was measured |
# | --- | --- |
# | "All encoders are trained with NSP." | Lesson 3: what it asks for; section 9: what a task gets from it. RoBERTa has none. |
# | "Pre-training and fine-tuning cost the same kind of money." | Section 7: hours against seconds, once against every task. |
# | "Fine-tuned models expect `[MASK]`." | Section 8: neither labelled nor asked texts have one. |
# | "Any head does for any task." | Lesson 5: a third of all pairs of head and task cannot at all; others can, at a price. |

# %%
record, tasks = (
    Recorded("7c").record,
    ("sentiment", "intent", "topic", "entailment", "paraphrase", "entities", "pos", "questions"),
)
gains = [record.interval(f"{task}, end to end", "with minus without").mean for task in tasks]
print(f"NSP, mean over eight tasks, end to end:     {100 * sum(gains) / len(gains):+.1f} points")
record = Recorded("9").record
once, each_time = (record.interval(row, "seconds").mean for row in ("pre-training, once", "all eight, end to end"))
print(f"pre-training, and eight fine-tunings:       {once:,.0f} s, and {each_time:.0f} s")
record = Recorded("13b").record
for row in ("nothing changed", "[MASK] put in", "[MASK] in place of a word"):
    print(f"sentiment, frozen, {row:<26}{record.interval(f'sentiment, {row}', 'frozen').mean:.0%}")

# %% [markdown]
# ## 11 · A museum of real bugs
#
# Each of these stood in public code. None of them raises an error.
#
# ### Exhibit 1: frozen until the next train()
#
# The encoder is frozen and put into evaluation mode, once, before the loop. The loop calls `model.train()` every epoch, and that reaches all
# parts ([gt-pyg, issue 112](https://github.com/pgniewko/gt-pyg/issues/112); [indexnet_matting, issue
# 35](https://github.com/poppinace/indexnet_matting/issues/35)). No weight moves. What comes out does, where there is dropout (our encoder was trained
# without, BERT with 0.1, which is set here by hand):

# %% tags=["personal"]
with_dropout = copy.deepcopy(pre_trained.bert)
for module in with_dropout.modules():
    if isinstance(module, nn.Dropout):
        module.p = 0.1
one_batch = {name: value for name, value in batches[0].items() if name != "labels"}
for name, frozen in {
    "requires_grad off, eval() once": with_dropout.requires_grad_(False).eval(),
    "your FrozenEncoder": mine.FrozenEncoder(copy.deepcopy(with_dropout)),
}.items():
    around = nn.ModuleDict({"encoder": frozen}).train()  # what every training loop does
    with torch.no_grad():
        first, second = (around["encoder"](**one_batch)[:, 0] for _ in range(2))
    print(f"{name:<32}two readings of one batch differ by {float((first - second).abs().max()):.3f} at most")

# %% [markdown]
# A head that is trained on noise, and cached features that are one throw of the dice for ever.
#
# ### Exhibit 2: never told that training is over
#
# The other way round: `eval()` is forgotten, and the finished model gives another answer each time it is asked ([transformers, issue
# 432](https://github.com/huggingface/transformers/issues/432); [bert, issue 857](https://github.com/google-research/bert/issues/857)). Ten people
# ask your model the same thing:

# %% tags=["personal"]
asked_model = copy.deepcopy(learning.model)
for module in asked_model.modules():
    if isinstance(module, nn.Dropout):
        module.p = 0.1
hard = intents.test_unseen[:100]
inputs = [torch.tensor([tokenizer.encode(one.text).ids]) for one in hard]
for mode in ("train", "eval"):
    getattr(asked_model, mode)()
    with torch.no_grad():
        said = [{int(asked_model(ids).argmax()) for _ in range(10)} for ids in inputs]
    print(f"{mode + '()':<10}{sum(len(each) > 1 for each in said)} of {len(said)} texts get more than one answer")

# %% [markdown]
# ### Exhibit 3: the rate of another training
#
# With too large a rate all that was read is gone in a few steps, and what is left answers the same to everything ([transformers, issue 735](https://github.com/huggingface/transformers/issues/735): 0.01 where 5e-5 works).

# %% tags=["personal"]
for rate in (1e-3, 1e-2, 5e-2):
    tried = set_up(shipped(), intents, replace(END_TO_END, max_steps=40, learning_rate=rate), pieces)
    losses = tried.losses()
    answers = {classify(tried.model, tokenizer, one.text)[0].name for one in intents.test_unseen[:60]}
    print(
        f"rate {rate:<7g}right {tried.score(intents.test_unseen)['accuracy']:>5.0%}   different answers to 60 texts: {len(answers)}"
    )

# %% [markdown]
# Our encoder is small and stands 0.01, which BERT does not: it takes 2e-5 to 5e-5 (Devlin et al. 2019, appendix A.3). How large a step may be goes with the size
# of the model. The sign is the same: one answer to everything.
#
# ### Exhibit 4: F1 of words
#
# The paper reports F1 of entities, the program computes F1 of *tags* ([NERDA, issue 30](https://github.com/ebanalyse/NERDA/issues/30)), and the two
# are put side by side. Your tagger after a few steps only:

# %% tags=["personal"]
young = set_up(shipped(), finds, FinetuningSettings(max_steps=12), pieces)
young.losses()
told = [
    [word or "O" for word in tags]
    for tags in tags_of(young.model, tokenizer, [one.words for one in finds.test_unseen], pieces.pad_batch)
]
tag_pairs = [(a, b) for row, right in zip(told, gold, strict=True) for a, b in zip(row, right, strict=True)]
hits = sum(a == b != "O" for a, b in tag_pairs)
f1_of_words = 2 * hits / (sum(a != "O" for a, _ in tag_pairs) + sum(b != "O" for _, b in tag_pairs))
print(f"F1 of tags {f1_of_words:.0%}, F1 of entities {mine.entity_f1(told, gold):.0%}: the same answers")

# %% [markdown]
# Half an entity earns half its tags, and no entity. Say which F1.
#
# ## 12 · Quiz
#
# Every answer has something to say, the wrong ones most of all.

# %% jupyter={"source_hidden": true}
Quiz(
    [
        Question(
            "You have 60 labels, a pre-trained encoder and a laptop. What do you do first?",
            [
                Choice(
                    "Train from scratch, the task is small",
                    "Small for whom? Section 4: with as many labels a fresh model is near the majority on words that it was not shown.",
                ),
                Choice(
                    "Keep its features once, train a head, and see; then end to end",
                    "A few seconds for a first figure, and a few more for the one to compare it with, at equal steps.",
                    right=True,
                ),
                Choice(
                    "Label a thousand more",
                    "Perhaps. But measure what the 60 give first: in section 4 sentiment had nothing left to gain after them, and topic a lot.",
                ),
            ],
        ),
        Question(
            "A frozen encoder with dropout was put into eval() once, before the loop. The head's rate is tiny, and yet its loss jitters from epoch to epoch on the same batches. Why?",
            [
                Choice(
                    "Some weights of the encoder still move",
                    "Look, to be sure. But requires_grad is off, and dropout alone is enough to explain it.",
                ),
                Choice(
                    "The head's learning rate is too high",
                    "It is tiny: the head hardly moves between two epochs. Its *inputs* change.",
                ),
                Choice(
                    "train() on the model around it has switched its dropout on",
                    "Exhibit 1. Frozen means that what comes out does not change either.",
                    right=True,
                ),
            ],
        ),
        Question(
            "Cached features cost a fifth of asking every time over five epochs. And over fifty?",
            [
                Choice(
                    "A fiftieth, nearly",
                    "The encoder reads once, whatever the number of epochs. What is left is the head, which costs next to nothing.",
                    right=True,
                ),
                Choice(
                    "A fifth still",
                    "The price of asking every time grows with the epochs. That of asking once does not.",
                ),
                Choice(
                    "Nothing at all",
                    "Once it has to read.",
                ),
            ],
        ),
        Question(
            "'Frozen beats end to end: 81 against 67 %, ten epochs each, 16 labels.' What do you ask?",
            [
                Choice(
                    "How many seeds",
                    "A good question, and not the first: no number of seeds makes ten steps enough for a whole encoder.",
                ),
                Choice(
                    "How many steps each took, at which rate",
                    "Ten epochs of 16 examples are ten steps. In the trial that these figures are from it was 83 against 81 at two hundred "
                    "steps each.",
                    right=True,
                ),
                Choice(
                    "Which task it was",
                    "It matters, and lesson 5 and section 5 have all eight. But first: was anything else equal?",
                ),
            ],
        ),
        Question(
            "A CLS head reads position 0 alone. What are the vectors at the other positions for?",
            [
                Choice(
                    "Each of them has a label too",
                    "One label for the whole, read at one position. The head does not see the others.",
                ),
                Choice(
                    "In the last layer nothing; in the layers below [CLS] reads them",
                    "A fast program skips them in the last layer. Below it [CLS] attends to them: that is how it comes to know anything.",
                    right=True,
                ),
                Choice(
                    "Nothing: one could leave them out in all layers",
                    "Then [CLS] would have nothing to attend to but itself, and say the same of every text.",
                ),
            ],
        ),
    ]
)

# %% [markdown]
# ## 13 · In your own words
#
# Your team has twenty small text tasks, some hundred labels each, and one encoder. Someone proposes to train twenty models from scratch, someone else to
# fine-tune twenty copies end to end, a third to freeze the encoder and keep its features. What do you recommend, and which three figures of this lesson would you
# show? Eight sentences or fewer.

# %% [markdown] written="finetuning.in-your-words" points=3
# From scratch is out: with some hundred labels a fresh model knows the words of its labels and no others, and stays far behind on unseen words in the curve over
# labels. I would start with the frozen encoder, read all texts once, keep the features, and train twenty heads in seconds: one encoder is stored,
# and twenty heads of a few hundred weights. Then I would fine-tune end to end those tasks where the frozen encoder is not good enough, which here were the ones that ask about
# every word or a place in the text, and keep it where the paired difference over seeds, at equal steps, leaves out zero. Figures: the label curve
# at 64 labels from scratch against pre-trained; frozen against end to end for each task with seconds beside; the cost of
# pre-training once against twenty times that of one fine-tuning.
#
# **Rubric**
#
# - 1 point: rejects training from scratch with the figure at few labels on unseen words.
# - 1 point: weighs frozen against end to end by task and by cost (seconds or storage), compared at equal steps.
# - 1 point: names figures of the lesson that carry the recommendation, and what would change it.

# %% [markdown]
# ## 14 · What this did not show
#
# - **Real text.** Our words are few, and the encoder has seen all of them. On real text, unseen words are also unseen in pre-training.
# - **Large models.** What a frozen encoder holds grows with what it has read. Here frozen is good on whole sentences and weak on spans; elsewhere the line lies
#   elsewhere.
# - **What is between.** Adapters, LoRA, prompt tuning train a few weights *inside* a frozen encoder.
# - **Forgetting.** An encoder that was fine-tuned for one task is worse at what it could do before. We start from the checkpoint each time.
# - **What came after.** RoBERTa trained longer, on more text, without NSP; ALBERT shared its layers; ELECTRA asked which words were exchanged; DeBERTa
#   took position apart from content; ModernBERT made it long and fast. All of them are pre-trained once and fine-tuned many times.
#
# ## 15 · For your cheat-sheet
#
# | | pre-training | fine-tuning |
# | --- | --- | --- |
# | corpus | text without labels, all there is | labelled examples, tens to thousands |
# | objective | hidden words (and pairs) | the task's own loss |
# | cost | hours (BERT: days on 16 chips) | seconds (BERT: minutes to hours) |
# | how often | once a release | once a task |
# | what comes out | an encoder | a model for one task |
# | carried over | nothing, random weights | all of the encoder |
# | dropped | | MLM head, NSP head |
# | fresh | everything | one head |
#
# | frozen or end to end | rule of thumb |
# | --- | --- |
# | what the vectors show openly; many tasks on one encoder | frozen, cached: as good or some points behind, at a tenth of the seconds |
# | entities, spans, pairs, once there are labels enough to learn them from | end to end |
# | compare | at equal steps, paired over seeds, on unseen words |
#
# **Glossary.** *Fine-tuning*: training a pre-trained encoder with a fresh head on labelled examples. *End to end*: all weights learn. *Frozen encoder*: none
# of its weights moves, and no dropout; the head alone learns. *Cached features*: what a frozen encoder says, kept instead of
# asked again. *Layer-wise learning rates*: lower layers learn more slowly. *Label efficiency*: the score that a number of labels gives. *From
# scratch*: from random weights. *Break-even*: after how many tasks pre-training has cost less than doing without. *Entity F1*: see lesson 5. *Paired difference*: two
# ways with the same seed, one taken from the other, so that what both share does not blur it.
#
# **Next:** all of it in one go, on your own functions: from a text to a fine-tuned task, and a page that says what is yours.
