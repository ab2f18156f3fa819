# %% [markdown]
# # 7 · Capstone: from text to a task, on your own functions
#
# Six lessons, one function after the other. Here they run together, from stories to a finished tagger, and wherever you
# have written a function, it is yours that runs. Nothing is left to write.
#
# At the end you have two models on your disk, in the layout that the rest of the world uses, and one page with your
# figures.
#
# **You need** whatever you have of lessons 1 to 6; for an answer that is missing the library stands in, and the page says
# so. **It takes** a quarter of an hour, of which your computer works one to two minutes; a function of yours that loops over
# positions is right, too, and takes longer.
#
# Run each cell with <kbd>Shift</kbd>+<kbd>Enter</kbd>.

# %% tags=["setup"]
import importlib.util
import math
import tempfile
import time
from dataclasses import replace
from itertools import islice
from pathlib import Path

import torch
from torch.optim.lr_scheduler import LambdaLR

from autograder.certificate.reported import Report
from autograder.notebook import workbench_of_all
from bertkit.data.corpus import prepare_stories
from bertkit.data.reading import Reader
from bertkit.evaluation.floors import hidden_only, story_floor
from bertkit.evaluation.pretraining import score
from bertkit.finetuning.learning import set_up
from bertkit.finetuning.loop import FROZEN, FinetuningSettings
from bertkit.finetuning.pieces import FinetuningPieces
from bertkit.model.bert import BertForPreTraining, Size
from bertkit.model.pretrained import OWN_ATTENTION
from bertkit.notebook import LiveCurves, Prediction, progress
from bertkit.objectives.mlm import MaskedLanguageModelling
from bertkit.randomness import generator
from bertkit.tasks import STORY_TASKS
from bertkit.tasks.baselines import majority
from bertkit.training.optimization import adamw

torch.set_num_threads(1)  # a model this small loses more to handing work over than it gains from a second core

# %% [markdown]
# ## 1 · Whose functions?
#
# Every answer that has passed its check, in whatever lesson, was kept. Here they all are on one bench.

# %% tags=["personal"]
bench = workbench_of_all()
mine = bench.tools

# %% [markdown]
# ## 2 · Your guess
#
# We shall pre-train an encoder of two layers for a thousand steps, on stories of two topics, which takes half a minute.
# Then we teach it to find names of people and places, from 128 labelled sentences. It is judged on names that stand in
# none of these sentences. The same model without pre-training finds next to none of them. Yours?

# %%
found_names = Prediction(
    "capstone-names",
    "F1 of names that no labelled sentence has, after a thousand steps of pre-training and 128 labelled sentences?",
    low=0,
    high=100,
    unit="%",
)
found_names

# %% [markdown]
# ## 3 · Text, pairs, masks
#
# The stories are told, a tokenizer is trained on them (the library's: the field has one for it, and so do we), and the
# reader makes batches: *your* pairs, packed and padded by *you*. What is hidden in them is selected and corrupted by you.

# %% tags=["personal"]
TOPICS = ("workshop", "snow")
folder = tempfile.TemporaryDirectory()
runs = Path(folder.name)
corpus = prepare_stories(runs / "text", 8000, TOPICS)
reader = Reader(
    corpus.training,
    corpus.ids,
    max_length=96,
    longest_run=2,
    sample_pairs=mine.sample_pairs,
    pack_pair=mine.pack_pair,
    pad_batch=mine.pad_batch,
)
hiding = MaskedLanguageModelling(
    corpus.ids.mask,
    corpus.vocab_size,
    select_positions=mine.select_positions,
    corrupt=mine.corrupt,
    mlm_labels=mine.mlm_labels,
)
one_batch = next(reader.batches(4, seed=0))
question = hiding.question(one_batch, generator(0, "masks", 1))
for before, after in zip(one_batch.input_ids[:2].tolist(), question["input_ids"][:2].tolist(), strict=True):
    print(corpus.tokenizer.decode(before, skip_special_tokens=False).replace(" [PAD]", ""))
    print(corpus.tokenizer.decode(after, skip_special_tokens=False).replace(" [PAD]", ""), end="\n\n")

# %% [markdown]
# And the lines, before anything is trained: what one reaches who knows nothing, and what nobody can beat.

# %%
unseen_reader = Reader(corpus.validation, corpus.ids, max_length=96, longest_run=2)
unseen_examples = unseen_reader.first_examples(300, seed=0)
unseen = unseen_reader.in_memory(unseen_examples)
judging = hidden_only(corpus.ids.mask, corpus.vocab_size)  # every selected word behind [MASK], the same ones every time
floor = story_floor(corpus, unseen_reader, unseen_examples, judging)
nothing_known, coin = math.log(corpus.vocab_size), math.log(2)
print(f"{'':<24}{'hidden words':>14}{'pairs':>8}   nats")
print(f"{'knows nothing':<24}{nothing_known:>14.2f}{coin:>8.2f}")
print(f"{'nobody can do better':<24}{floor.mlm_loss:>14.2f}{floor.nsp_loss:>8.2f}")

# %% [markdown]
# ## 4 · Pre-training, interrupted once
#
# The loop of lesson 4, unchanged: your groups, your schedule, your step, your checkpoint; in the model your attention,
# your two heads, your losses. At step 400 the kernel might as well have died: the model, the optimiser and the schedule
# are thrown away. What goes on is a model with *other* random weights that reads your checkpoint.


# %% tags=["personal"]
STEPS, WARMUP, INTERRUPTED_AT = 1000, 100, 400
parts = {}


def both_losses(mlm_logits, mlm_labels, nsp_logits, is_next):
    """Your `pretraining_loss`; what each part of it is, is noted for the curves."""
    with torch.no_grad():
        parts["hidden words"] = float(mine.mlm_loss(mlm_logits, mlm_labels))
        parts["pairs"] = float(mine.nsp_loss(nsp_logits, is_next))
    return mine.pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next)


def fresh_model(seed):
    """A model with random weights and your parts."""
    config = Size(hidden_size=64, num_hidden_layers=2, num_attention_heads=2).config(corpus.vocab_size, 96, dropout=0.0)
    return BertForPreTraining(
        config,
        generator(seed, "weights"),
        mlm_head=mine.MLMHead,
        nsp_head=mine.NSPHead,
        pretraining_loss=both_losses,
        attention=mine.attention,
    )


def train(model, checkpoint, every=100):
    """Pre-train `model` in place, or go on from the checkpoint where there is one; tells of every step."""
    optimizer = adamw(mine.parameter_groups(model, weight_decay=0.01), learning_rate=4e-3)
    scheduler = LambdaLR(optimizer, lambda step: mine.warmup_linear(step, WARMUP, STEPS))
    done = mine.load_checkpoint(checkpoint, model, optimizer, scheduler) if checkpoint.exists() else 0
    batches = reader.batches(batch_size=32, seed=0, skip=done)
    for step, batch in enumerate(islice(batches, STEPS - done), start=done + 1):
        question = hiding.question(batch, generator(0, "masks", step))
        mine.train_step(model, [question], optimizer, scheduler, max_grad_norm=1.0)
        if step % every == 0:
            mine.save_checkpoint(checkpoint, model, optimizer, scheduler, step)
        yield step, int(batch.attention_mask.sum())


def judged(model):
    """Losses and accuracies on unseen pairs, every selected word behind [MASK], counted by your function."""
    return score(model, unseen, judging, masked_accuracy=mine.masked_accuracy)


def watched(steps, description, total):
    """Take the steps, draw both losses, and count tokens."""
    read = 0
    for step, tokens in progress(steps, total=total, description=description):
        read += tokens
        curves.add(step, parts)
    return step, read


checkpoint = runs / "checkpoint"
checkpoint.unlink(missing_ok=True)
untrained = judged(fresh_model(seed=0))
begun = time.process_time()
with LiveCurves(
    "Both questions, one loop, one interruption",
    panels={
        "hidden words": {"ln V: knows nothing": nothing_known, "floor": floor.mlm_loss},
        "pairs": {"ln 2: a coin": coin, "floor": floor.nsp_loss},
    },
    total=STEPS,
) as curves:
    to_here = islice(train(fresh_model(seed=0), checkpoint), INTERRUPTED_AT)
    stopped_at, read_before = watched(to_here, "until it dies", INTERRUPTED_AT)
    model = fresh_model(seed=1)
    last_step, read_after = watched(train(model, checkpoint), "from the checkpoint", STEPS - INTERRUPTED_AT)
seconds_pretraining = time.process_time() - begun
tokens_read = read_before + read_after

# %% tags=["personal"]
trained = judged(model)
print(f"stopped after step {stopped_at}, ended with step {last_step}; {tokens_read:,} tokens")
print(f"{'on unseen stories':<24}{'hidden words':>14}{'right':>8}{'pairs':>8}{'right':>8}")
for name, found in {"untrained": untrained, "trained": trained, "nobody can do better": floor}.items():
    print(
        f"{name:<24}{found.mlm_loss:>14.2f}{found.mlm_accuracy:>8.0%}{found.nsp_loss:>8.2f}{found.nsp_accuracy:>8.0%}"
    )

# %% [markdown]
# A thousand steps of a tiny model leave it well above the floor; the checkpoint that comes with the course took longer.
#
# ### Why not the next word?
#
# Lesson 1 in one cell, on the encoder that you have just trained: which outputs depend on which inputs, and which
# next-word targets would stand in sight. Then the same for your attention under your causal mask.


# %% tags=["personal"]
def reach_of(function, width=64, length=6):
    """How many of the inputs reach how many of the outputs, and which targets can be seen."""
    reaches = mine.influence(function, torch.randn(length, width, generator=generator(0, "reach")))
    ids, real = torch.arange(length)[None], torch.ones(1, length, dtype=torch.bool)
    targets = mine.next_token_labels(ids, real)[0] != -100
    in_sight = int(mine.visible_targets(reaches)[targets].sum())
    return f"{int(reaches.sum())} of {length * length} reach; {in_sight} of {int(targets.sum())} targets in sight"


layer = model.bert.layers[0].eval()
everywhere = torch.ones(1, 1, 1, 6, dtype=torch.bool)
print("your encoder's first layer:       ", reach_of(lambda x: layer(x[None], everywhere)[0]))
mask = mine.causal_mask(6)
print("attention under your causal mask: ", reach_of(lambda x: mine.attention(x, x, x, mask)[0]))

# %% [markdown]
# All targets in sight: asked for the next word, it would copy it. So it was asked for hidden ones.
#
# ## 5 · Save the encoder
#
# `config.json`, `model.safetensors`, `tokenizer.json`: Hugging Face's layout, and no pickle in it. It goes into your
# folder `my_work/capstone`. As long as not one of the functions is yours, and in the worked copy of this lesson, which
# belongs to nobody, it goes into a temporary one.

# %% tags=["personal"]
kept_in = (bench.folder or runs) / "capstone"
encoder_folder, tagger_folder = kept_in / "encoder", kept_in / "tagger"
model.save_pretrained(encoder_folder, corpus.tokenizer)
for path in sorted(encoder_folder.iterdir()):
    print(f"{path.name:<24}{path.stat().st_size:>12,} bytes")

# %% [markdown]
# ## 6 · Pre-trained once, fine-tuned three times
#
# One task of each kind of head. Your `HEAD_FOR_TASK` says which; the heads are yours, and so is what they are trained and
# judged with:
#
# - **entities**: your alignment of labels, your loop `finetune`, your F1, judged beside a model without pre-training;
# - **sentiment**: your encoder frozen, what it says of `[CLS]` computed once;
# - **questions**: your span loss, your choice of a span, lower layers with your smaller rates.
#
# All are judged on words that no labelled example has.

# %% tags=["personal"]
own = FinetuningPieces(
    align_labels=mine.align_labels,
    pack_pair=mine.pack_pair,
    pad_batch=mine.pad_batch,
    attention=mine.attention,
    sequence_head=mine.SequenceClassificationHead,
    token_head=mine.TokenClassificationHead,
    span_head=mine.SpanHead,
    mlm_loss=mine.mlm_loss,
    span_loss=mine.span_loss,
    frozen_encoder=mine.FrozenEncoder,
    cache_features=mine.cache_features,
    layerwise_learning_rates=mine.layerwise_learning_rates,
    parameter_groups=mine.parameter_groups,
    warmup_linear=mine.warmup_linear,
    train_step=mine.train_step,
    best_span=mine.best_span,
    entity_f1=mine.entity_f1,
)
own_loop = replace(own, finetune=mine.finetune)  # all epochs in one loop, in place of steps with a schedule

# %% tags=["personal"]
FINETUNED = {
    "named-entity recognition": ("entities", 128, FinetuningSettings(), own_loop, "entity_f1"),
    "sentiment": ("sentiment", 64, FROZEN, own, "accuracy"),
    "question answering": ("questions", 256, FinetuningSettings(layer_decay=0.9), own, "exact_match"),
}
encoder_weights = sum(each.numel() for each in model.bert.parameters())
results, learned = {}, {}
print(f"{'task':<26}{'head':<8}{'labels':>7}{'measure':>14}{'majority':>10}{'yours':>8}{'seconds':>9}{'GFLOPs':>9}")
for called, (name, labels, settings, pieces, measure) in FINETUNED.items():
    task = STORY_TASKS[name](labels, 300, 0)
    begun = time.process_time()
    learning = set_up(encoder_folder, task, settings, pieces)
    learning.losses()
    seconds = time.process_time() - begun
    reached = learning.score(task.test_unseen)[measure]
    tokens = sum(len(row.input_ids) for row in learning.rows.rows)
    cost = mine.training_flops(encoder_weights, tokens, settings.epochs, "cached" if settings.frozen else "end-to-end")
    learned[name], results[called] = learning, (measure, labels, majority(task)[1], reached, seconds, cost)
    print(
        f"{called:<26}{mine.HEAD_FOR_TASK[called]:<8}{labels:>7}{measure:>14}{majority(task)[1]:>10.0%}{reached:>8.0%}"
        f"{seconds:>9.1f}{cost / 1e9:>9.1f}"
    )

task = STORY_TASKS["entities"](128, 300, 0)
from_nothing = set_up(encoder_folder, task, FinetuningSettings(), own_loop, from_scratch=True)
from_nothing.losses()
scratch = from_nothing.score(task.test_unseen)["entity_f1"]
print(f"\nentities without pre-training: {scratch:.0%}")

# %% tags=["personal"]
found_names.reveal(
    100 * results["named-entity recognition"][3],
    because="The stories have these names in the same places as the labelled ones, and pre-training has read the stories. "
    "A model that has read nothing but the labelled sentences has never met them.",
)

# %% [markdown]
# Not every row is good, and none should be dressed up: an encoder that has read two topics for half a minute knows few
# adjectives, so *sentiment* on unseen ones is expected to stay near a coin, and a span that is right to the token is harder
# still. The checkpoint that comes with the course has read all topics, and for longer: lesson 6 shows what that gives. And
# it is one run, from one seed; lesson 6 has several of each.
#
# What was paid once, and what each task paid:

# %% tags=["personal"]
cost_once = mine.training_flops(encoder_weights, tokens_read, 1, "end-to-end")
print(f"{'pre-training, once':<28}{seconds_pretraining:>8.1f} s{cost_once / 1e9:>10,.1f} GFLOPs")
for called, (*_, seconds, cost) in results.items():
    print(f"{called:<28}{seconds:>8.1f} s{cost / 1e9:>10,.1f} GFLOPs")

# %% [markdown]
# ## 7 · Save the tagger, and let somebody else open it
#
# The model that finds names is saved like the encoder. If `transformers` is installed, it opens both folders and computes
# the same sentence; what is shown is the largest difference of any output. That is no copy of your code: it is another
# implementation, with your weights. A head of yours that is built in another way than BERT's has no counterpart there, and
# its encoder is compared alone.


# %% tags=["personal"]
def opened_in_transformers():
    """What another implementation makes of your files, a line a model."""
    if importlib.util.find_spec("transformers") is None:
        return {"not tried": "transformers is not installed here; bertkit opens both folders"}
    import transformers

    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    tagger = learned["entities"].model
    kinds = {
        encoder_folder: (transformers.BertForPreTraining, model, model.mlm, "prediction_logits"),
        tagger_folder: (transformers.BertForTokenClassification, tagger, tagger.head, "logits"),
    }
    lines = {}
    for path, (kind, ours, head, logits) in kinds.items():
        architecture = transformers.BertConfig.from_pretrained(path).architectures[0]
        if architecture.endswith(OWN_ATTENTION):
            lines[path.name] = "not tried: your attention computes something else than BERT's"
            continue
        whole = architecture == kind.__name__
        theirs = (kind if whole else transformers.BertModel).from_pretrained(path).eval()
        tokenizer = transformers.AutoTokenizer.from_pretrained(path)
        inputs = tokenizer("this teddy bear is so cute .", return_tensors="pt")
        with torch.no_grad():
            there = theirs(**inputs)[logits if whole else "last_hidden_state"]
            here = ours.eval().bert(inputs["input_ids"], inputs["attention_mask"].bool(), inputs["token_type_ids"])
            here = head(here) if whole else here
        apart = f"{here.numel():,} outputs, the furthest apart by {float((here - there).abs().max()):.1e}"
        lines[path.name] = apart if whole else f"{apart}; of the encoder alone, since a head is built in your own way"
    return lines


learned["entities"].model.save_pretrained(tagger_folder, corpus.tokenizer)
elsewhere = opened_in_transformers()
for name, told in elsewhere.items():
    print(f"{name:<12}{told}")

# %% [markdown]
# ## 8 · Your certificate
#
# One page with your figures. It says of itself that they are reported by you: a page that you can write is a page that
# you can write anything into. What can be checked is whether your answers hold, by whoever has your notebooks:
#
# ```sh
# .venv/bin/autograder certificate lessons/*/*.ipynb --output held.html
# ```

# %% tags=["personal"]
report = Report(
    bench.whose,
    {
        "Pre-training": {
            "hidden words, unseen stories": (
                f"{trained.mlm_loss:.2f} nats (untrained {untrained.mlm_loss:.2f}, floor {floor.mlm_loss:.2f}); "
                f"{trained.mlm_accuracy:.0%} right"
            ),
            "pairs, unseen stories": (
                f"{trained.nsp_loss:.2f} nats (untrained {untrained.nsp_loss:.2f}, floor {floor.nsp_loss:.2f}); "
                f"{trained.nsp_accuracy:.0%} right"
            ),
            "steps": f"{last_step:,}, interrupted after {stopped_at:,} and resumed",
            "cost": (
                f"{seconds_pretraining:.1f} s of processor time, {tokens_read:,} tokens, {cost_once / 1e9:,.0f} GFLOPs"
            ),
        },
        "Fine-tuning, on words that no label has shown": {
            called: f"{measure} {reached:.0%} (majority {usual:.0%}), {labels} labels, {seconds:.1f} s"
            for called, (measure, labels, usual, reached, seconds, _) in results.items()
        }
        | {"the first one without pre-training": f"entity_f1 {scratch:.0%}"},
        "The saved models in transformers": elsewhere,
    },
)
if bench.folder:
    print(f"written to {report.keep(bench.folder)}")
elif bench.own:
    print("nothing is written: this notebook is not in a learner's folder, which is called lessons/07_capstone")
else:
    print("nothing is written: none of the functions is yours so far")
report

# %% [markdown]
# **Where to go from here.** The folders in `my_work/capstone` open wherever `transformers` is. The same functions train on
# a text of your own: `bertkit pretrain --text book.txt` does what section 4 did, with the library's. And what came after
# BERT changed pieces that you know by now: no second question and more text (RoBERTa), one set of layers used many times
# (ALBERT), a question about every word instead of one in seven (ELECTRA).
