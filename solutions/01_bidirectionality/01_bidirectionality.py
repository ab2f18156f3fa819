# %% [markdown]
# # 1 · Why bidirectionality breaks next-token prediction
#
# There are two ways to read `this teddy bear is so cute .`
#
# You can go from left to right and guess each word before you see it. Or you can look at the whole sentence at once and
# understand each word by all the others. GPT does the first, BERT the second. The second sounds better: to understand
# *bear* it helps to know that it is *cute*.
#
# But how do you *train* a reader that looks at everything at once? The obvious question, "which word comes next?", has a
# flaw: the next word is in plain sight.
#
# In this lesson you write the pieces of a reader, train it both ways, and measure what the flaw does. Then you try the
# obvious repair, and measure why that does not work either. Where it ends is the reason why BERT exists in the form that
# it has.
#
# **You need** to have met attention before, in a blog post at least. **It takes** an hour, and half an hour more if masks and
# gradients are new to you. **You cannot get stuck:** an exercise that you leave open is done by the library for the time
# being.
#
# Run each cell with <kbd>Shift</kbd>+<kbd>Enter</kbd>. After a break or a restart choose *Run All Above Selected Cell* in the
# menu *Run*: your answers and guesses are kept, trained models are not.

# %% tags=["setup"]
import math
from collections import Counter
from collections.abc import Callable

import torch
from torch import Tensor

from autograder.notebook import check, workbench
from bertkit.data.corpus import story_corpus
from bertkit.data.labels import IGNORE_INDEX
from bertkit.evaluation.floors import causal_floor
from bertkit.evaluation.metrics import unigram_entropy
from bertkit.evaluation.pretraining import evaluate
from bertkit.evaluation.right_context import (
    kept_whole,
    named_from_both_sides,
    named_from_the_left,
    unseen_words_in_context,
)
from bertkit.inference.generate import generate
from bertkit.model.bert import SIZES, BertForMaskedLM, BertForPreTraining
from bertkit.model.pretrained import load_pretrained, shipped
from bertkit.notebook import Choice, InformationFlow, LiveCurves, Prediction, Question, Quiz, Recorded, progress
from bertkit.randomness import generator
from bertkit.training.next_token import NextTokenPrediction
from bertkit.training.pretrain import PretrainingSettings, pretrain

torch.set_num_threads(1)  # a model this small loses more to handing work over than it gains from a second core

# %% [markdown]
# ## 1 · First, your guess
#
# We train a small model on children's stories to name the next word, and let every position see the whole text, the next
# word included. On stories that it has never read, at how many positions does it name the right word?

# %%
seeing = Prediction(
    "seeing",
    "Trained on the next word with the whole text in sight: at how many positions is it right, on stories it never read?",
    low=0,
    high=100,
    unit="%",
)
seeing

# %% [markdown]
# Then we take that model, change nothing in it, and hide from every position what comes after it. An honest model, which
# never saw the future in its training, names about four words in five under these conditions (section 4 measures it). How
# many does this one?

# %%
blindfolded = Prediction(
    "blindfolded",
    "The same model, its future hidden: at how many positions does it still name the next word?",
    low=0,
    high=100,
    unit="%",
)
blindfolded

# %% [markdown]
# Keep your guesses.
#
# ## 2 · Who may see whom
#
# *Attention* is how positions look at each other. Each position sends out a *query*: what am I looking for? Each offers a
# *key*, what have I got, and a *value*, what I hand over. A query takes a mixture of all values, the more of each the
# better its key answers. A *layer* is one round of that: what comes out of it at each position is what was there, plus
# what was taken from others. Models stack several.
#
# A **mask** says who may look at whom: a table of True and False, a row for each position that looks, a column for each
# that is looked at. Three masks matter in this lesson:
#
# - **Causal.** A position sees itself and everything before it.
# - **Bidirectional.** Every position sees everything.
# - **All but the next word.** Every position sees everything except the one word that it is asked for.
#
# The third one looks like the way out. Before you look: a text of nine positions, with `[CLS]` in front and `[SEP]` at the
# end, as every text has them. Eight of them have a next word. With the third mask and two layers, how many can see it all
# the same?

# %%
leaking = Prediction(
    "leaking",
    "Mask: all but the next word. Two layers. Of the 8 positions with a next word, how many can see it all the same?",
    low=0,
    high=8,
    unit="positions",
)
leaking

# %% [markdown]
# Now choose a mask, then the number of layers, and look at one row after the other. The marks in the table: what an
# output may read directly, and what reaches it by way of another position. *Walk the path* takes you there step by step.
# (With the keyboard: <kbd>Tab</kbd> and <kbd>Space</kbd>.)

# %%
sentence = ["[CLS]", "this", "teddy", "bear", "is", "so", "cute", ".", "[SEP]"]
everything = torch.ones(len(sentence), len(sentence), dtype=torch.bool)
left_only = everything.tril()
all_but_the_next = ~torch.eye(len(sentence), dtype=torch.bool).roll(1, dims=1)
all_but_the_next[-1] = True
InformationFlow(sentence, {"causal": left_only, "bidirectional": everything, "all but the next word": all_but_the_next})

# %% [markdown]
# - **Causal.** The target of row *i* is the word in column *i + 1*, which it never sees, however many layers you stack.
# - **Bidirectional.** Every row sees its target, at once.
# - **All but the next word.** Move the layers from 1 to 2 and watch what happens to the targets. That is what the mask
#   *allows*. Section 5 measures it on a real model.
#
# ## 3 · The words for it, and your first three functions
#
# For queries $q_i$, keys $k_j$ of $d$ numbers each, values $v_j$ and a mask $m_{ij}$:
#
# $$w_{ij} = \frac{m_{ij}\,\exp(q_i \cdot k_j / \sqrt d)}{\sum_{j'} m_{ij'}\,\exp(q_i \cdot k_{j'} / \sqrt d)}, \qquad
# \text{output}_i = \sum_j w_{ij}\, v_j .$$
#
# The *weights* $w_{ij}$ of a row add up to 1. A position that may not be seen has weight exactly 0: not small, zero. A row
# that may see nothing gets zeros, since there is nothing to take. (The fraction is a *softmax*. Computed as it is written
# here it overflows: exp of a hundred is too large for 32 bits.)
#
# | name | shape | type | says |
# | --- | --- | --- | --- |
# | `mask` | (T, T) | bool | True where row *i* may attend to column *j* |
# | `query`, `key` | (..., T, d) | float | what is looked for, what is offered |
# | `value` | (..., T, dv) | float | what is handed over |
# | `input_ids` | (B, T) | int64 | the tokens: B texts, T positions |
# | `attention_mask` | (B, T) | bool | True at real tokens, False at padding |
# | `labels` | (B, T) | int64 | what each position has to name; -100 where it is not asked |
#
# *Next-token prediction* asks position $t$ for the token at $t + 1$. The *loss* is the mean *cross-entropy*, minus the
# logarithm of the probability given to the right token, in *nats*.
#
# Replace `raise NotImplementedError()` by your code, run the cell, run the check under it. A check draws fresh cases
# every time and tells you what it saw. Wrong answers are welcome: each says something.

# %% exercise="bidirectionality.causal_mask"

# %% exercise="bidirectionality.attention"

# %% exercise="bidirectionality.next_token_labels"

# %% [markdown]
# ## 4 · Train it both ways
#
# `workbench` hands you your own functions where their checks passed, and the library's where they did not (yet). The
# models below are made of them: *your* attention in every head, *your* mask, *your* labels.

# %% tags=["personal"]
mine = workbench("bidirectionality.causal_mask", "bidirectionality.attention", "bidirectionality.next_token_labels")

# %% [markdown]
# The text is told by a program, the *story world*: short stories about a few friends and their toys. Here all of them are
# about snowy days, so that a small model learns them in a quarter of a minute. Since we know how the stories are made, we
# also know how well *anybody* can do: how often the most likely next word is the right one for a reader who knows the
# program by heart, and how much loss is left for him. No model beats this limit, unless it cheats.
#
# Before you train, know the lines.

# %%
corpus = story_corpus(stories=4000, topics=("snow",), max_length=64, seed=0)
limit = causal_floor(corpus, examples=200)
nothing_known = math.log(corpus.vocab_size)
words_counted = unigram_entropy(sequence[1:-1] for sequence in corpus.training.sequences)
references = {
    "ln V: knows nothing": nothing_known,
    "unigram entropy: has counted words": words_counted,
    "exact limit from the left": limit.loss,
}
print(corpus.tokenizer.decode(corpus.training.sequences[0]))
print()
print(f"ln V              {nothing_known:.2f} nats: knows nothing")
print(f"unigram entropy   {words_counted:.2f} nats: has counted words")
print(
    f"exact limit       {limit.loss:.2f} nats, {limit.expected_accuracy:.0%} right: nobody who reads from the left does better"
)


# %%
def see_everything(seq_len):
    """A mask that hides nothing."""
    return torch.ones(seq_len, seq_len, dtype=torch.bool)


settings = PretrainingSettings(steps=400, batch_size=32, learning_rate=1e-2, warmup_steps=50)
config = SIZES["nano"].config(corpus.vocab_size)


def train(mask, title):
    """A model that is asked for the next token and sees what `mask` allows; everything else is alike."""
    model = BertForMaskedLM(config, generator(0, "weights"), attention=mine.attention)
    objective = NextTokenPrediction(mask, mine.next_token_labels)
    with LiveCurves(title, references=references, total=settings.steps) as curves:
        for step in progress(pretrain(model, corpus.training, objective, settings), total=settings.steps):
            curves.add(step.number, loss=step.loss)
    return model


# %% tags=["personal"]
causal = train(mine.causal_mask, "Reads from left to right")

# %% tags=["personal"]
bidirectional = train(see_everything, "Sees everything")

# %% [markdown]
# Look where the two curves end. The causal model comes down towards the exact limit and stays above it. The other falls
# straight through it, as if no limit were there.

# %% tags=["personal"]
commonest, _ = Counter(token for text in corpus.training.sequences for token in text[1:]).most_common(1)[0]
is_commonest = [token == commonest for text in corpus.validation.sequences for token in text[1:]]
commonest_share = sum(is_commonest) / len(is_commonest)  # who has only counted always names the same word
results = {
    "causal": evaluate(causal, corpus.validation, NextTokenPrediction(mine.causal_mask, mine.next_token_labels)),
    "bidirectional": evaluate(
        bidirectional, corpus.validation, NextTokenPrediction(see_everything, mine.next_token_labels)
    ),
    "bidirectional, future hidden": evaluate(
        bidirectional, corpus.validation, NextTokenPrediction(mine.causal_mask, mine.next_token_labels)
    ),
    "exact limit from the left": (limit.loss, limit.expected_accuracy),
    "has counted words": (words_counted, commonest_share),
}
print(f"{'on stories never read':<32}{'loss, nats':>12}{'right':>9}")
for name, (loss, accuracy) in results.items():
    print(f"{name:<32}{loss:>12.3f}{accuracy:>9.1%}")

# %% tags=["personal"]
seeing.reveal(
    100 * results["bidirectional"][1],
    because="The answer to every question stands one place to the right, and attention can fetch it. It has learned to "
    "copy, and copying is never wrong. Its loss far below the exact limit is the proof that it does not predict.",
)

# %% tags=["personal"]
blindfolded.reveal(
    100 * results["bidirectional, future hidden"][1],
    because="With the next word out of sight, what it has learned is of little use. It is worse than the honest model by "
    "far, and its loss is about that of somebody who has counted words and read nothing.",
)

# %% [markdown]
# That was the **control that must fail**. Had the bidirectional model learned the stories *besides* copying, it would now
# do about as well as the causal one. It learned what was asked for in the cheapest way there was, and little else.
#
# One run is an anecdote. Over three seeds, each with other stories, other starting weights and another order:

# %%
Recorded("1")

# %% [markdown]
# ## 5 · Then hide just the answer?
#
# The mask *all but the next word* hides from position $t$ exactly one thing: the token at $t + 1$. It still sees
# everything else on both sides. Is that not what we want?
#
# Do not argue. Measure: does the output at $t$ depend on the input at $t + 1$, or does it not? A derivative tells. If
# some feature of output *i* changes when some feature of input *j* is moved a little, then information flows from *j* to
# *i*. Where none can flow, the derivative is **exactly** zero, and no threshold is needed.

# %% exercise="bidirectionality.influence"

# %% exercise="bidirectionality.visible_targets"

# %% tags=["personal"]
mine = workbench(
    "bidirectionality.causal_mask",
    "bidirectionality.attention",
    "bidirectionality.next_token_labels",
    "bidirectionality.influence",
    "bidirectionality.visible_targets",
)


def measured(layers, mask):
    """What each output of a stack of fresh layers depends on: your `influence` on the library's encoder."""
    model = BertForMaskedLM(SIZES["nano"].config(corpus.vocab_size), generator(0, "weights"), attention=mine.attention)
    stack = model.bert.double().layers[:layers]

    def run(x):
        hidden = x[None]
        for layer in stack:
            hidden = layer(hidden, mask)
        return hidden[0]

    start = torch.randn(len(mask), config.hidden_size, generator=generator(0, "influence"), dtype=torch.float64)
    return mine.influence(run, start)


# %% tags=["personal"]
depends = {layers: measured(layers, all_but_the_next) for layers in (1, 2)}
for layers, matrix in depends.items():
    seen = mine.visible_targets(matrix)
    print(f"{layers} layer{'s' * (layers > 1)}: {int(seen.sum())} of {len(sentence) - 1} positions see their target")
    leaks = [f"{word} → {target}" for word, target, leak in zip(sentence, sentence[1:], seen, strict=False) if leak]
    print("   ", ", ".join(leaks) or "none")
InformationFlow(sentence, measured={f"layers: {layers}": matrix for layers, matrix in depends.items()})

# %% tags=["personal"]
leaking.reveal(
    int(mine.visible_targets(depends[2]).sum()),
    because="The target is hidden from its own position only. In layer 1 another one reads it, as it may; in layer 2 "
    "the position reads that one. With one layer there is nobody to relay it.",
)

# %% [markdown]
# One layer: zero, exactly. Two layers: everywhere. So the word *can* arrive. *Does* a model make use of that? It has to find
# the detour first: a head that fetches the word to another position, and a head in the next layer that fetches it from
# there. That takes longer than a cell of this lesson may, so it was recorded: one layer, which cannot, beside two, which
# can, trained four times as long as above. The limit is another one here, that of a reader who sees *both* sides and
# everything but the word.

# %%
Recorded("2b")

# %% [markdown]
# One layer stays above the limit, as everybody has to who predicts. Two layers end far below it: what they name was read.
#
# So with full attention and more than one layer, you cannot ask for a word that is *anywhere* in the input. To ask for it
# you have to take it out: out of the input, for all positions, in all layers. Remember that sentence; the next lesson
# begins with it.
#
# ## 6 · What is it good for, to see the right side?
#
# Was it worth the trouble? Some words are decided by what comes after them. `for the … they took a carrot`: the nose, of
# course. `for the … they took two lumps of coal`: the eyes. Who reads from the left can only count which is more common.
#
# The story world can tell where these places are. At every word of some new stories we ask two perfect readers: one who
# has seen what is before it, and one who has seen everything else on both sides. We keep the places where the first is at
# a loss (its best guess is right with at most 50 %) and the second knows (at least 90 %).

# %%
masked_model, masked_tokenizer = load_pretrained(shipped(), BertForPreTraining)
places = unseen_words_in_context(topics=("snow",), stories=60)  # asks both readers at every word
places = kept_whole(kept_whole(places, corpus.tokenizer), masked_tokenizer)  # words that neither tokenizer cuts
decided = [place for place in places if place.needs_the_right]
others = [place for place in places if not place.needs_the_right]
print(f"{len(decided)} of {len(places)} words are decided by what follows them. Some, each as often as it came:")
named = [place for place in decided if place.words[place.position - 1] in ("the", "this", "cute")]
example_of = {place.word: place for place in named}
for word, count in Counter(place.word for place in named).most_common(12):
    words, at = example_of[word].words, example_of[word].position
    print(f"{count:>5}  … {' '.join(words[max(0, at - 3) : at])} ▇{word}▇ {' '.join(words[at + 1 : at + 9])} …")

# %% [markdown]
# At these places we ask your causal model, and a model that was trained to name *hidden* words with the text on both
# sides in sight: a masked language model, which comes with the course. You will train such a one yourself in the next
# lesson.


# %% tags=["personal"]
def share(flags):
    return f"{sum(flags) / len(flags):.0%}"


print(f"{'':<26}{'decided by the right':>22}{'all other words':>18}")
rows = {
    "exact limit, left side": [[place.from_left for place in some] for some in (decided, others)],
    "your causal model": [named_from_the_left(causal, corpus.tokenizer, some) for some in (decided, others)],
    "masked language model": [
        named_from_both_sides(masked_model, masked_tokenizer, some) for some in (decided, others)
    ],
    "exact limit, both sides": [[place.from_both for place in some] for some in (decided, others)],
}
for name, (right, other) in rows.items():
    print(f"{name:<26}{share(right):>22}{share(other):>18}")

# %% [markdown]
# Everywhere else the two kinds of readers are not far apart. Where the right side decides, no reader from the left can do
# better than the first line, whatever its size; the one that sees both sides does. This is what bidirectionality buys, and
# it is a matter of *what can be known*, not of how large the model is. Over three seeds, on twice as many stories:

# %%
Recorded("3")

# %% [markdown]
# ## 7 · What the causal mask buys
#
# It is not that left-to-right is wrong. A model that has only ever seen the left side can *write*: give it a beginning,
# take its guess for the next word, put it behind, ask again. That is all that GPT does. Your causal model is the same
# architecture as BERT with one mask changed, and it tells stories: one beginning, three ways to go on.

# %% tags=["personal"]
for seed in range(3):
    print(
        generate(causal, corpus.tokenizer, "the first snow of the winter had come , and", length=60, seed=seed),
        end="\n\n",
    )

# %% [markdown]
# The masked language model cannot do that: it was never asked to go on from a beginning.
#
# ## 8 · Where this leads
#
# Encoder or decoder, next token or hidden tokens: four combinations. Each cell is something that you measured, or the
# reason why nobody does.
#
# | | asked for the **next** token | asked for **hidden** tokens |
# | --- | --- | --- |
# | **causal mask** (decoder) | learns; close to the limit from the left; can write. *GPT.* (section 4) | possible, but half of the text stays unread: at words that the right decides it cannot beat the first line of section 6 |
# | **full attention** (encoder) | reads off the answer, learns little (section 4); with only the target hidden it does so by way of another position (section 5) | learns, and sees both sides (section 6). *BERT.* |
#
# So an encoder needs questions whose answers are not in its input. There are two ways out, and BERT takes both:
#
# 1. **Hide a part of the text and ask for it.** That is the *masked language model*, lesson 2.
# 2. **Ask about the text as a whole.** Does this sentence follow that one? That is *next-sentence prediction*, lesson 3.
#
# An honest note: what you measured rules out next-token prediction for an encoder. It does not prove that hiding words is
# the only repair. It is the one that worked first and the simplest; others corrupt the text in other ways and ask what was
# changed. The second way out is a choice even more than the first, and lesson 3 looks at what it is worth.
#
# ## 9 · A museum of real bugs
#
# Each of these stood in public code.
#
# ### Exhibit 1: the mask upside down
#
# In some libraries True in a mask means *may be seen*, in others *is to be ignored*: PyTorch alone has both
# (`scaled_dot_product_attention` the first, `MultiheadAttention` the second; its documentation
# [warns of it](https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.scaled_dot_product_attention.html)). Hand a causal mask to the wrong one and every position
# sees its future *only*. Nothing complains. The loss falls, and faster than it should. It stood in the code of a
# [well-known book](https://github.com/rasbt/LLMs-from-scratch/issues/1061) until a reader noticed.

# %%
upside_down = PretrainingSettings(steps=200, batch_size=32, learning_rate=1e-2, warmup_steps=50)


def only_the_future(seq_len):
    mask = ~torch.ones(seq_len, seq_len, dtype=torch.bool).tril()
    mask[-1, -1] = True  # the last row would see nothing at all
    return mask


model = BertForMaskedLM(config, generator(0, "weights"))
training = pretrain(model, corpus.training, NextTokenPrediction(only_the_future), upside_down)
reported = [step.loss for step in progress(training, total=upside_down.steps)][-20:]
print(f"reported loss {sum(reported) / len(reported):.2f} nats after 200 steps; the exact limit is {limit.loss:.2f}")

# %% [markdown]
# A loss below what anybody can reach is never good news. Where the limit is not known, the same question helps: is it
# *too* good for so few steps? Then look at what the model can see.
#
# ### Exhibit 2: minus infinity
#
# The usual way to mask is to set forbidden scores to $-\infty$ before the softmax. It works until a row has nothing that
# it may see, such as a row of padding: then it is 0 / 0. PyTorch's own `MultiheadAttention` has done so
# [since 2020 at least](https://github.com/pytorch/pytorch/issues/41508).

# %% tags=["nbval-check-output"]
scores = torch.zeros(2, 3).masked_fill(torch.tensor([[False, True, True], [True, True, True]]), -math.inf)
print(scores.softmax(dim=-1))

# %% [markdown]
# One NaN in a batch, and after the next step every weight of the model is NaN. Your `attention` gives zeros there: the
# check asked for it.
#
# ## 10 · Quiz
#
# Every answer has something to say, the wrong ones most of all.

# %% jupyter={"source_hidden": true}
Quiz(
    [
        Question(
            "A bidirectional model is trained on next tokens and reports a loss of 0.01 nats. What has it learned?",
            [
                Choice(
                    "The language, very well",
                    "Nobody can predict stories this well: the exact limit is near half a nat. What is below the limit "
                    "was not predicted.",
                ),
                Choice(
                    "To copy the token to the right",
                    "One attention head that looks one place to the right is enough, and it generalises perfectly.",
                    right=True,
                ),
                Choice(
                    "The training texts by heart",
                    "It does as well on stories that it has never read. By heart it would do well on the old ones only.",
                ),
            ],
        ),
        Question(
            "You hide from each position its own target only, and stack three layers. Which positions see their target?",
            [
                Choice(
                    "All that have one",
                    "Any position that may see the target passes it on, one layer later. Two layers are enough.",
                    right=True,
                ),
                Choice(
                    "None: the mask forbids it in every layer",
                    "It forbids the direct way in every layer. The way through another position is nowhere forbidden.",
                ),
                Choice(
                    "Only the first and the last",
                    "Position plays no part: every target is visible to some other position.",
                ),
            ],
        ),
        Question(
            "Why can a causal model be trained on the next token at ALL positions of a text at once?",
            [
                Choice(
                    "Because the loss is a mean",
                    "It is a mean for every model. What matters is what each position can see.",
                ),
                Choice(
                    "Because later positions are padded",
                    "They are not: they hold real tokens, which earlier positions cannot see.",
                ),
                Choice(
                    "Because no position sees what it or any position before it is asked for",
                    "A position sees tokens up to its own, and each of them only what came before it, in every layer. "
                    "So no detour leads to a target.",
                    right=True,
                ),
            ],
        ),
        Question(
            "At words that only the right context decides, a causal model ten times as large would …",
            [
                Choice(
                    "reach the limit of the left side, and no more",
                    "What is not in its input cannot be learned from it, by any model.",
                    right=True,
                ),
                Choice(
                    "catch up with the masked language model",
                    "Size buys a better use of what is seen. The right side is not seen.",
                ),
                Choice(
                    "get worse",
                    "It would come closer to its limit. That limit is just low at these words.",
                ),
            ],
        ),
    ]
)

# %% [markdown]
# ## 11 · In your own words
#
# A friend says: "BERT could be trained like GPT. You would only have to hide from every position the word that it is
# asked for." Answer in five sentences or fewer, and use what you measured in sections 4 and 5.

# %% [markdown] written="bidirectionality.in-your-words" points=3
# Hiding the target from its own position is not enough. With one layer the output at that position really does not depend
# on the target: the derivative is exactly zero. With two layers another position, which may see the target, hands it on,
# and a model learns to use that: its loss falls far below the exact limit. To ask for a word it has to be taken out of
# the input for all positions, as `[MASK]` does, and then it is no longer next-token prediction. The other way is to let
# nobody see the future, which is GPT and gives up the right side.
#
# **Rubric**
#
# - 1 point: says that the target reaches the position through another one (a neighbour, a relay) as soon as layers stack.
# - 1 point: supports it by a measurement of the lesson: zero with one layer and not with two, or a loss below the limit.
# - 1 point: says what would do: take the word out of the input for everybody, or hide all of the future from everybody.

# %% [markdown]
# ## 12 · What this did not show
#
# - **That masks are the only repair.** See the note in section 8.
# - **That an encoder is better.** Better at words whose right side matters; unable to write. Which one a task wants is a
#   question for lessons 5 and 6.
# - **Large models and real text.** Two layers, one topic, a program that tells the stories. The argument about what can be
#   seen holds for any size; the figures are of this size.
# - **How the copying is done.** We measured that the answer is fetched, and did not look for the head that does it.
#
# ## 13 · For your cheat-sheet
#
# | | next-token prediction |
# | --- | --- |
# | asks | position $t$ for token $t + 1$; label -100 at the last real token and at padding |
# | with a causal mask | works: nobody sees a target, at any depth |
# | with full attention | reads off the answer; loss below any honest limit |
# | hiding the target alone | works for one layer, leaks from two on |
# | what it gives up | everything to the right |
#
# **Glossary.** *Attention*: each position takes a weighted mixture of what others offer. *Mask*: who may attend to whom.
# *Causal mask*: each position sees itself and what is before it. *Bidirectionality*: each position sees both sides.
# *Encoder*: a stack of layers with full attention. *Decoder*: the same with a causal mask. *Next-token prediction*: asking
# each position for the token after it. *Cross-entropy*, *nat*: minus the logarithm of the probability of the right answer;
# its unit. *Exact limit*, *floor*: what nobody can beat, known here because the text is told by a
# program. *Influence*: whether an output depends on an input at all.
#
# **Next:** take the word out of the input, for everybody, and ask for it.
