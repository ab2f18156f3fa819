# %% [markdown]
# # 2 · The masked language model
#
# Cover one word: `this teddy ▇▇▇▇ is so cute .` You know what it is. You read *teddy* on its left and *is so cute* on
# its right, and you put the two together.
#
# A model that reads in both directions cannot be trained by asking for the next word, because it can see the next word.
# So BERT covers words and asks for those. That is all of it: hide something, ask for it, and whoever can answer must
# have read.
#
# In this lesson you write the whole recipe, five functions, and train a real model with them. It takes a minute on a
# laptop. Then you find out why the recipe has a strange detail that nearly everybody skips over when they first read
# the paper: of the words that it picks to hide, it leaves one in five in sight.
#
# **You need** lesson 1, or the sentence "self-attention mixes every position with every other". **It takes** an hour
# to an hour and a half. **You cannot get stuck:** an exercise that you leave open is done by the library for the time
# being.
#
# Run each cell with <kbd>Shift</kbd>+<kbd>Enter</kbd>.

# %% tags=["setup"]
import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from autograder.notebook import check, workbench
from bertkit.data.corpus import story_corpus
from bertkit.data.labels import IGNORE_INDEX
from bertkit.evaluation.denoising import lower_bound, questions_on_texts
from bertkit.evaluation.metrics import unigram_entropy
from bertkit.evaluation.pretraining import evaluate
from bertkit.evaluation.probes import repair, reproduction
from bertkit.inference.fill_mask import fill_mask
from bertkit.model.bert import SIZES, BertForMaskedLM
from bertkit.notebook import (
    Choice,
    FateCounts,
    LiveCurves,
    Prediction,
    Question,
    Quiz,
    Recorded,
    XRay,
    fates,
    masking_explorer,
    progress,
)
from bertkit.objectives import mlm
from bertkit.randomness import generator
from bertkit.training.pretrain import PretrainingSettings, pretrain

# %% [markdown]
# ## 1 · First, your guess
#
# BERT picks 15 % of the words. Of the picked ones, 80 % are replaced by `[MASK]`, 10 % by a random word, and 10 % are
# left as they are. The model has to name the original word at *all* of them.
#
# Why so complicated? Suppose we make it simple and replace **all** picked words by `[MASK]`. We train that model. Then
# we show it a clean sentence, nothing hidden, and ask it at every position: which word stands here?
#
# It only has to say what it sees. How often will it be right?

# %%
copying = Prediction(
    "copying",
    "Trained with [MASK] only, shown clean text: at how many positions does it name the word that stands there?",
    low=0,
    high=100,
    unit="%",
)
copying

# %% [markdown]
# And a second one. Now we leave out only the **random** words: 80 % `[MASK]`, 20 % left as they are. We train that model,
# and plant a wrong word: `this teddy lamp is so cute .` Then we ask what should stand in the place of *lamp*. We ask only
# at places where the model names the right word when it sees `[MASK]` there, so it could get all of them right.

# %%
repairing = Prediction(
    "repairing",
    "Trained without random words, shown a planted wrong word: at how many places does it name the right word?",
    low=0,
    high=100,
    unit="%",
)
repairing

# %% [markdown]
# Keep your guesses. You will train both models further down.
#
# ## 2 · What a masked batch looks like
#
# The text of this course is told by a program, the *story world*: short stories about a few friends, their toys and
# their adventures. There is no end of them, nobody holds rights in them, and we know exactly how they are made. Here we
# read stories about snowy days only, so that a small model can learn them while you wait.

# %%
corpus = story_corpus(stories=8000, topics=("snow",), seed=0)
batch = corpus.training.batch(range(32))

# %% tags=["nbval-check-output"]
for row in range(3):
    print(corpus.tokenizer.decode(corpus.training.sequences[row]))
print()
print(f"{len(corpus.training.sequences):,} examples to train on, a vocabulary of {corpus.vocab_size} pieces")
print("pieces:", *corpus.tokens(corpus.tokenizer.encode("this teddy bear is so cute .").ids))
print("ids:   ", *corpus.tokenizer.encode("this teddy bear is so cute .").ids)

# %% [markdown]
# A *tokenizer* has cut the text into pieces and given each a number. `[CLS]` opens every example and `[SEP]` closes it;
# `[PAD]` fills short rows up, so that a batch is a rectangle. Like `[MASK]`, these three are *special tokens*: there is
# nothing to guess about them.
#
# Now the x-ray of a batch after BERT's recipe. Every token carries the mark of its fate.

# %% tags=["nbval-check-output"]
few = corpus.training.batch(range(5))
drawing = generator(0, "x-ray")
selected = mlm.select_positions(few.input_ids, few.special_tokens_mask, 0.15, drawing)
corrupted = mlm.corrupt(few.input_ids, selected, corpus.ids.mask, corpus.vocab_size, drawing)
XRay.of(few.input_ids, selected, corrupted, corpus.ids.mask, corpus.tokens, few.special_tokens_mask)

# %% [markdown]
# Move the sliders: the rate, the share that is masked, the share that becomes random. Beneath the x-ray stand the counts,
# each beside the band in which 99 of 100 correct draws fall. **Cover the small print and find the rate at which *you* could no
# longer fill the gaps.** That is the trade: few gaps and there is little to learn from a sentence, many and there is nothing left to
# learn it from.


# %%
def mask_batch(input_ids, special_tokens_mask, rate, mask_share, random_share, generator):
    selected = mlm.select_positions(input_ids, special_tokens_mask, rate, generator)
    corrupt = mlm.corrupt_by(mlm.Recipe(mask_share, random_share))
    return selected, corrupt(input_ids, selected, corpus.ids.mask, corpus.vocab_size, generator)


masking_explorer(mask_batch, few.input_ids, few.special_tokens_mask, corpus.tokens, corpus.ids.mask)

# %% [markdown]
# ## 3 · The words for it, and your first three functions
#
# Write $x_t$ for the token at position $t$, and draw for every ordinary position, each on its own:
#
# $$s_t \sim \text{Bernoulli}(0.15), \qquad
# \tilde x_t = \begin{cases}x_t & \text{if } s_t = 0\\ \texttt{[MASK]} & \text{if } s_t = 1,\ \text{in 80 \% of cases}\\
# \text{a random token} & \text{in 10 \%}\\ x_t & \text{in 10 \%}\end{cases}$$
#
# The model reads the *corrupted* text $\tilde x$, all of it, and is trained on
# $\frac{1}{\sum s_t}\sum_t s_t \cdot \big(-\log p(x_t \mid \tilde x)\big)$: the *cross-entropy* of the original token,
# averaged over the selected positions. It is measured in *nats* (natural logarithms).
#
# | name | shape | type | says |
# | --- | --- | --- | --- |
# | `input_ids` | (B, T) | int64 | the tokens: B sentences, T positions |
# | `special_tokens_mask` | (B, T) | bool | True at `[CLS]`, `[SEP]`, `[PAD]` |
# | `selected` | (B, T) | bool | True where the model is asked |
# | `labels` | (B, T) | int64 | what it is asked for; -100 where it is not asked |
#
# All randomness comes from a `torch.Generator` that is handed to you: `torch.rand(shape, generator=generator)`. A run
# can then be repeated exactly, which is worth a lot when something goes wrong on day three.
#
# Replace `raise NotImplementedError()` by your code, run the cell, run the check under it. A check takes well under a
# second, draws fresh cases every time and tells you what it saw. Wrong answers are welcome: each says something.

# %% exercise="mlm.select_positions"

# %% exercise="mlm.corrupt"

# %% exercise="mlm.mlm_labels"

# %% [markdown]
# ### Your functions at work
#
# `workbench` hands you your own functions where their checks passed, and the library's where they did not (yet). The
# rest of the lesson runs on what it gives you, and it says which.

# %% tags=["personal"]
mine = workbench("mlm.select_positions", "mlm.corrupt", "mlm.mlm_labels")

# %% [markdown]
# Over a large batch, are your shares where they should be? A band is where the count falls in 99 of 100 draws. **One
# count outside now and then is what 99 of 100 means; the same one outside every time is a bug.** Run the cell again for
# another draw.

# %% tags=["personal"]
large = corpus.training.batch(range(2000))
drawing = torch.Generator()
drawing.seed()
selected = mine.select_positions(large.input_ids, large.special_tokens_mask, 0.15, drawing)
corrupted = mine.corrupt(large.input_ids, selected, corpus.ids.mask, corpus.vocab_size, drawing)
FateCounts.of(fates(large.input_ids, selected, corrupted, corpus.ids.mask, large.special_tokens_mask))

# %% [markdown]
# ## 4 · From a vector to a word
#
# The encoder turns every position into a vector of $H$ numbers that has seen the whole sentence. Two steps are missing:
# a *head* that turns the vector into one score, a *logit*, for each word of the vocabulary, and a *loss* that compares the
# scores with the label.
#
# ```text
# corrupted ids   encoder          head                        loss
# (B, T)      →   (B, T, H)    →   (B, T, V) logits       →    one number
#                                  dense → GELU → norm → decoder
# ```
#
# In the head, *dense* is a linear layer that turns a vector made for mixing with its neighbours into one made for naming
# a word, *GELU* is a soft bend in the line so that this can be more than a rotation, and *norm* brings all vectors to one
# scale before they are compared with words. There is a trick in the last step. Word number 17 already has a vector: row 17 of the embedding table, which it goes in by.
# The decoder uses the *same* table to recognise it on the way out: its score for word 17 is the product with row 17.
# This is called *weight tying*. One table, used at both ends, taught from both ends.

# %% exercise="mlm.MLMHead"

# %% exercise="mlm.mlm_loss"

# %% [markdown]
# ## 5 · Train it
#
# Before you press the button, know what to expect; otherwise any falling curve looks like success.
#
# - **Start.** A model that knows nothing and admits it gives every word the same probability: its loss is $\ln V$. Yours
#   starts a little above, because its random scores favour some words for no reason, and being wrong with confidence
#   costs extra.
# - **The line to cross.** A model that has only counted words, and looks at no context, reaches the *unigram entropy*.
#   Above this line, the model has not begun to read.
# - **The floor.** Some hidden words can be known and some cannot: nobody can tell whether it was *rusty* or *nora* who
#   looked out of the window. These stories are told by a program, so we can ask how much loss is left for a reader who
#   knows that program by heart, and whom we even tell which of the other visible words are random ones. Nobody does
#   better on average. A loss that stays below means that the answer stood in the question.
# - **Untrained.** What does it say about the teddy?

# %% tags=["personal"]
mine = workbench("mlm.select_positions", "mlm.corrupt", "mlm.mlm_labels", "mlm.MLMHead", "mlm.mlm_loss")

# %%
torch.set_num_threads(1)  # a model this small loses more to handing work over than it gains from a second core
nothing_known = math.log(corpus.vocab_size)
words_counted = unigram_entropy(sequence[1:-1] for sequence in corpus.training.sequences)


def known_before(recipe):
    """What is known of the loss before any training, by its name."""
    return {
        "ln V: knows nothing": nothing_known,
        "unigram entropy: has counted words": words_counted,
        "floor: nobody can do better": lower_bound(*questions_on_texts(corpus, recipe)).loss.value,
    }


references = known_before(mlm.Recipe(0.8, 0.1))
floor = references["floor: nobody can do better"]


def show_guesses(model, text, count=5):
    for guesses in fill_mask(model, corpus.tokenizer, text, count):
        for guess in guesses:
            print(f"{guess.probability:6.1%}  {guess.token}")


# %%
config = SIZES["nano"].config(corpus.vocab_size)
model = BertForMaskedLM(config, generator(0, "weights"), head=mine.MLMHead, loss=mine.mlm_loss)
print(f"{sum(parameter.numel() for parameter in model.parameters()):,} parameters")
print(f"ln V            {nothing_known:.2f} nats: knows nothing")
print(f"unigram entropy {words_counted:.2f} nats: has counted words")
print(f"floor           {floor:.2f} nats: nobody can do better")
print()
print("untrained: this teddy [MASK] is so cute .")
show_guesses(model, "this teddy [MASK] is so cute .")

# %% [markdown]
# Now train. *Your* functions mask every batch, anew each time a sentence comes round, and *your* head and loss teach the
# model. Within the first hundred steps it has counted words: look for the dent in the curve at the unigram entropy. From
# there on down, it reads. (Your percentages will differ a little from those of somebody else's masks.)

# %% tags=["personal"]
settings = PretrainingSettings(steps=800, batch_size=64, learning_rate=4e-3, warmup_steps=100)
objective = mlm.MaskedLanguageModelling(
    corpus.ids.mask,
    corpus.vocab_size,
    select_positions=mine.select_positions,
    corrupt=mine.corrupt,
    mlm_labels=mine.mlm_labels,
)
with LiveCurves("Masked language model, 80/10/10", references=references, total=settings.steps) as curves:
    for step in progress(pretrain(model, corpus.training, objective, settings), total=settings.steps):
        curves.add(step.number, loss=step.loss)

# %% tags=["personal"]
loss, accuracy = evaluate(model, corpus.validation, objective)
print(f"on stories it has never read: loss {loss:.2f} nats, {accuracy:.0%} of the hidden words named")
print(f"nobody can do better than {floor:.2f} nats")
print()
print("this teddy [MASK] is so cute .")
show_guesses(model, "this teddy [MASK] is so cute .")

# %% [markdown]
# *Bear.* Nobody told it what a teddy bear is. It was only ever asked: what stood here?
#
# **One line, from the input to the loss.** Everything that training did is in this line, some hundred thousand times over:
# the text as the model sees it, the word that it is asked for, and the price of its answer, minus the logarithm of the
# probability that it gave to that word.

# %% tags=["personal"]
ids = corpus.tokenizer.encode("this teddy [MASK] is so cute .").ids
place, target = ids.index(corpus.ids.mask), corpus.tokenizer.token_to_id("bear")
with torch.no_grad():
    logits = model.eval()(torch.tensor([ids]))[0, place]
probability = math.exp(logits[target]) / sum(math.exp(each) for each in logits)
print("the model sees   ", *corpus.tokens(ids))
print("it is asked for   bear, at position", place)
print(f"logit of bear     {logits[target]:.2f}; the others reach up to {logits.topk(2).values[1]:.2f}")
print(f"probability       exp({logits[target]:.2f}) / sum of all exp(...) = {probability:.3f}")
print(f"cross-entropy     -ln {probability:.3f} = {-math.log(probability):.3f} nats")
print(f"your mlm_loss     {mine.mlm_loss(logits[None], torch.tensor([target])):.3f} nats")

# %% [markdown]
# **A control that must fail.** Does it read, or has it learned by heart which words are likely? Hide *every* word and
# nothing is left to read. If the model is honest, its loss now goes back to the unigram entropy or above.

# %% tags=["personal"]
all_hidden = mlm.MaskedLanguageModelling(
    corpus.ids.mask, corpus.vocab_size, probability=1.0, corrupt=mlm.corrupt_by(mlm.Recipe(1.0, 0.0))
)
blind_loss, blind_accuracy = evaluate(model, corpus.validation, all_hidden)
print(f"with context:    loss {loss:.2f} nats, {accuracy:.0%} right")
print(f"without context: loss {blind_loss:.2f} nats, {blind_accuracy:.0%} right (unigram entropy: {words_counted:.2f})")

# %% [markdown]
# **It reads in both directions.** Three sentences from the building of a snowman, all the same up to the gap. A model that
# reads from left to right has to say the same in all three. Yours has seen how they go on.

# %% tags=["personal"]
for thing in ("two sticks", "an old bucket", "a carrot"):
    print(f"for the [MASK] they took {thing} .")
    show_guesses(model, f"for the [MASK] they took {thing} .", count=3)
    print()

# %% [markdown]
# ## 6 · Why one in five is not hidden
#
# Back to your guesses. Your model was trained on 80/10/10. We train two more, alike in everything but the mix: one with
# `[MASK]` only (100/0/0), one without random words (80/0/20). Start the next three cells together; they take as long as
# two trainings.


# %%
def train_with(recipe):
    """A model trained on a mix of its own: same weights at the start, same text, same order, same positions."""
    other = BertForMaskedLM(config, generator(0, "weights"))
    objective = mlm.MaskedLanguageModelling(corpus.ids.mask, corpus.vocab_size, corrupt=mlm.corrupt_by(recipe))
    with LiveCurves(f"recipe {recipe}", references=known_before(recipe), total=settings.steps) as curves:
        for step in progress(pretrain(other, corpus.training, objective, settings), total=settings.steps):
            curves.add(step.number, loss=step.loss)
    return other


def question(model):
    """Three figures of a trained model: hidden words named, clean words reproduced, planted words dealt with."""
    hidden_only = mlm.MaskedLanguageModelling(
        corpus.ids.mask, corpus.vocab_size, corrupt=mlm.corrupt_by(mlm.Recipe(1.0, 0.0))
    )
    _, named = evaluate(model, corpus.validation, hidden_only)
    return (
        named,
        reproduction(model, corpus.validation),
        repair(model, corpus.validation, corpus.ids.mask, corpus.vocab_size),
    )


# %%
only_masks = train_with(mlm.Recipe(1.0, 0.0))

# %%
no_random = train_with(mlm.Recipe(0.8, 0.0))

# %% tags=["personal"]
results = {"80/10/10 (yours)": model, "100/0/0": only_masks, "80/0/20": no_random}
results = {name: question(trained) for name, trained in results.items()}
print(f"{'recipe':<18}{'names hidden':>14}{'names clean':>13}{'repairs planted':>17}{'copies planted':>16}")
for name, (named, clean, planted) in results.items():
    print(f"{name:<18}{named:>14.0%}{clean.accuracy:>13.0%}{planted.repaired:>17.0%}{planted.copied:>16.0%}")

# %% tags=["personal"]
copying.reveal(
    100 * results["100/0/0"][1].accuracy,
    because="It was never asked about a word that it could see, so it has no reason to pass such a word on. Its vectors "
    "are useful behind [MASK] only, and [MASK] never comes in real text.",
)

# %% tags=["personal"]
planted = results["80/0/20"][2]
shares = {
    "it names the right word": planted.repaired,
    "it repeats the planted word": planted.copied,
    "it names a third word": planted.other,
}
print(", ".join(f"{answer}: {share:.0%}" for answer, share in shares.items()))
repairing.reveal(
    100 * planted.repaired,
    because="In its training a visible word was always the right one, so nothing ever taught it to doubt. A wrong word "
    "is repeated, or leads it astray to a third one.",
)

# %% [markdown]
# Read the table by columns.
#
# - **Names hidden.** All three are close: judged by its own loss, the mix hardly matters. That is why the detail is easy
#   to skip.
# - **Names clean.** Without visible words among the questions (100/0/0), the model misses almost every second word that
#   stands before its eyes. What it does name, it names from the context, as it would behind `[MASK]`; looking at the word
#   itself was never worth learning. Lesson 6 will build on exactly these vectors.
# - **Repairs and copies.** With visible words that are always right (80/0/20), it learns to trust its eyes: it repeats
#   the wrong word or is led astray, even where it knows the answer behind `[MASK]`. 100/0/0 repairs more, for a poor
#   reason: it hardly looks at the word, right or wrong. Only 80/10/10 does both, because only there does it pay to weigh
#   what one sees against what one expects.
#
# One run is an anecdote. Over three seeds, each with other starting weights, other order and other masks, and with a
# fourth recipe that keeps nothing in sight:

# %%
Recorded("5")

# %% [markdown]
# The fourth row, 80/20/0, shows what the *kept* tenth is for. Without it, what stands before the model's eyes is never the
# answer, and it learns not to believe what it sees.

# %% [markdown]
# ## 7 · A museum of real bugs
#
# Each of these stood in public code. They have one thing in common: the loss falls, and nothing complains.
#
# ### Exhibit 1: the loss on words that were not hidden
#
# Somebody writes `labels = input_ids.clone()` and forgets the -100, as the
# [author of one library](https://github.com/lucidrains/mlm-pytorch/pull/3) did and many users of others do
# ([one of them](https://github.com/huggingface/transformers/issues/20797) saw his loss go from 0.2 up to 1.6 when he
# mended it). Now every position counts, and six in seven of the answers stand in the question. We train this model and an honest twin for 200 steps each, and read two gauges: the loss
# that each reports, and its loss at hidden words.


# %%
def labels_everywhere(input_ids, selected):
    return input_ids.masked_fill(input_ids == corpus.ids.pad, IGNORE_INDEX)


short = PretrainingSettings(steps=200, batch_size=64, learning_rate=4e-3, warmup_steps=100)
print(f"{'labels':<22}{'reported loss':>14}{'at hidden words':>17}")
for name, labels in {"everywhere (the bug)": labels_everywhere, "at selected positions": mlm.mlm_labels}.items():
    twin = BertForMaskedLM(config, generator(0, "weights"))
    asked = mlm.MaskedLanguageModelling(corpus.ids.mask, corpus.vocab_size, mlm_labels=labels)
    steps = progress(pretrain(twin, corpus.training, asked, short), total=short.steps, description=name)
    reported = [step.loss for step in steps][-20:]
    hidden_loss, _ = evaluate(twin, corpus.validation, mlm.MaskedLanguageModelling(corpus.ids.mask, corpus.vocab_size))
    print(f"{name:<22}{sum(reported) / len(reported):>14.2f}{hidden_loss:>17.2f}")

# %% [markdown]
# The broken model is no better at hidden words than its twin; only its gauge is. It reports a loss far below anything
# that your model reached in four times as many steps, and on such a gauge you would stop, compare and choose by a figure
# that measures copying. A loss that drops below what you thought possible is not good news. Ask what the model can see.
#
# ### Exhibit 2: fates drawn one after the other
#
# Masks for 80 % of the selected positions, then random words for 10 % *of those that are left*. It reads well aloud, and
# stood in [the TensorFlow half of a well-known library](https://github.com/huggingface/transformers/issues/32329). The
# x-ray's counts see it at once.

# %% tags=["nbval-check-output"]
large = corpus.training.batch(range(2000))
drawing = generator(0, "museum")
selected = mlm.select_positions(large.input_ids, large.special_tokens_mask, 0.15, drawing)
first_coin, second_coin = torch.rand(2, *selected.shape, generator=drawing)
masked = selected & (first_coin < 0.8)
randomized = selected & ~masked & (second_coin < 0.1)
FateCounts(
    maskable=int((~large.special_tokens_mask).sum()),
    selected=int(selected.sum()),
    masked=int(masked.sum()),
    random=int(randomized.sum()),
    kept=int((selected & ~masked & ~randomized).sum()),
)

# %% [markdown]
# ## 8 · Quiz
#
# Every answer has something to say, the wrong ones most of all.

# %% jupyter={"source_hidden": true}
Quiz(
    [
        Question(
            "A selected position keeps its own token. What is its label?",
            [
                Choice(
                    "-100: there is nothing to guess",
                    "The model does not know that the word was left alone, so there is something to guess. Without "
                    "this label the 10 % would teach nothing.",
                ),
                Choice(
                    "The token itself",
                    "All three fates are asked for alike: the label is the original, whatever happened to it.",
                    right=True,
                ),
                Choice(
                    "[MASK]",
                    "Labels are what the model should say. It should never say [MASK].",
                ),
            ],
        ),
        Question(
            "Out of 200 ordinary tokens, BERT's recipe selects …",
            [
                Choice(
                    "exactly 30",
                    "30 is the mean. Each position is drawn on its own, so the number varies, by about 5 either way.",
                ),
                Choice("30, give or take a few", "A binomial number: mean 30, deviation about 5.", right=True),
                Choice(
                    "exactly 24, because only 80 % are masked",
                    "24 of the 30 become [MASK], on average. The other 6 are selected, and predicted, all the same.",
                ),
            ],
        ),
        Question(
            "Your loss stands at 0.1 after 200 steps. What do you do?",
            [
                Choice(
                    "Celebrate",
                    "Your model in section 5 took 800 steps and ended near 0.8. A loss this good this early means that "
                    "the answer stood in the question.",
                ),
                Choice(
                    "Look at the labels and at the corrupted text of one batch",
                    "Two things make it too easy: labels at positions that are not hidden, and hidden positions that "
                    "are not hidden. One look at a batch shows both.",
                    right=True,
                ),
                Choice(
                    "Lower the learning rate",
                    "Nothing is diverging. It is going too well, and a smaller step would only get there later.",
                ),
            ],
        ),
        Question(
            "Why do random words have to be so rare, 1.5 % of all words?",
            [
                Choice(
                    "They are slow to draw",
                    "They cost as much as a mask.",
                ),
                Choice(
                    "A reader has to be able to trust most of what it reads",
                    "Random words spoil the context for all their neighbours. A few are enough to teach doubt; many "
                    "would teach that nothing can be believed.",
                    right=True,
                ),
                Choice(
                    "More would make the loss infinite",
                    "It would grow, but it stays finite: the original can still be guessed from the rest.",
                ),
            ],
        ),
    ]
)

# %% [markdown]
# ## 9 · In your own words
#
# A friend says: "Only `[MASK]` leaves something to figure out. Random words spoil the text, and words that are left alone
# give the answer away. I will mask all of the 15 %." What will his model be bad at, and what would it be bad at if he left
# out the random words only? Answer in six sentences or fewer, and use what you measured in section 6.

# %% [markdown] written="mlm.in-your-words" points=3
# With masks only, the model is never asked about a word that it can see. So it does not pass on what stands there: shown
# clean text it misses almost every second word, although judged by its loss at hidden words it is as good as the others.
# That matters because after pre-training no input has `[MASK]` in it: every vector that a task uses stands at a visible
# word. If he leaves out the random words and keeps some words as they are, visible words are always right, so the model
# learns to trust them: it reproduces clean text almost perfectly and repeats a planted wrong word, or is led astray by it.
# Only with all three kinds does it pay to weigh the word that is seen against the word that is expected.
#
# **Rubric**
#
# - 1 point: masks only: bad at clean, visible words (never asked about one), with the figure or the comparison of section 6.
# - 1 point: no random words: trusts what it sees, so planted wrong words are repeated or mislead it.
# - 1 point: says why visible words matter: real text has no `[MASK]`, or: the loss at hidden words does not show it.

# %% [markdown]
# ## 10 · What this did not show
#
# - **That 15 % is right.** It was not tuned here, and it is not the best in general: with larger models 40 % has been
#   better (Wettig et al. 2022, [arXiv 2202.08005](https://arxiv.org/abs/2202.08005)).
# - **That the mix matters for what comes after.** You saw what the vectors say, not whether a task profits. BERT's own
#   comparison (Devlin et al. 2019, [arXiv 1810.04805](https://arxiv.org/abs/1810.04805), table 8) finds differences of a
#   few tenths of a point in fine-tuning and larger ones where the vectors are used as they are.
# - **That it is as good as it could get.** Your model stands well above the floor. How close a larger one, and a longer
#   training, come to it is a question for lesson 4.
# - **That the floor is exact.** It is a bound from below, because our reader is told more than a model is.
#   `bertkit.evaluation.denoising.upper_bound` asks one who is told nothing; on these stories the two differ by less than a
#   thousandth of a nat. And it is the mean over a few thousand words, with a standard error of a hundredth of a nat.
# - **Real language.** The stories are told by a grammar of a few hundred words. Everything here is easier than English.
#
# ## 11 · For your cheat-sheet
#
# | | masked language model |
# | --- | --- |
# | selects | 15 % of ordinary positions, each on its own |
# | shows | 80 % `[MASK]`, 10 % random token, 10 % unchanged |
# | asks | the original token at all selected positions; label -100 elsewhere |
# | head | dense, GELU, norm, decoder tied to the embedding table, own bias |
# | loss | mean cross-entropy over labelled positions, in nats |
# | starts at | $\ln V$; reading begins below the unigram entropy; nobody gets below the floor |
# | too good to be true | labels at visible positions |
#
# **Glossary.** *Masked language model (MLM)*: a model trained to name hidden words from both sides. *MLM head*: the layers
# that turn a position's vector into a score for every word; they go when pre-training is over. *Selected position*:
# one that the model is asked about, hidden or not. *Special token*: `[CLS]`, `[SEP]`, `[PAD]`, `[MASK]`; it marks
# structure and is never asked for. *Logits*: raw scores, one for each word, before softmax. *Weight tying*: one table
# used for embedding and for decoding. *Cross-entropy*: minus the logarithm of the probability given to the right answer.
# *Nat*: the unit of that, with natural logarithms. *Unigram entropy*: the loss of the best guess that ignores the
# context. *Floor*: a loss that nobody can beat, known here because a program tells the text. *Dynamic masking*: drawing
# the masks anew whenever a sentence comes round.
#
# **Next:** BERT was trained on a second question at the same time: does this sentence follow that one?
