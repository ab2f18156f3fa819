"""Paraphrase by meaning: do two sentences say the same?

The sentences of a pair name the same people and things and are worded differently, whether they say the same or not.
So the names tell nothing, and what is said or done decides. Pairs of nearly the same words, in which it is turned round
who did it to whom, are asked for by `paraphrase_roles`, which is harder.
"""

from __future__ import annotations

from random import Random

from bertkit.story_world.template import parse
from bertkit.tasks.drawing import draw_task
from bertkit.tasks.examples import PairExample, Task
from bertkit.tasks.holdout import split_grammar
from bertkit.tasks.telling import draw_rows, own_words, scene

LABELS = ("different", "same")

Wordings = tuple[str, ...]
"""Templates that say the same of the same people and things, each of which names them all.

All meanings of a group have equally many.
"""

WITH_TOY: tuple[Wordings, ...] = (
    (
        "{hero} gave {friend} the {toy} to keep .",
        "{friend} got the {toy} from {hero} .",
        "{friend} was allowed to have the {toy} that had belonged to {hero} .",
    ),
    (
        "{hero} found the {toy} that {friend} had lost .",
        "the {toy} of {friend} had been gone , but {hero} brought it back .",
        "{friend} missed the {toy} until {hero} saw where it lay .",
    ),
    (
        "{hero} mended the {toy} of {friend} .",
        "{friend} had a broken {toy} , and {hero} made it as good as new .",
        "with a drop of glue {hero} put the {toy} of {friend} together again .",
    ),
    (
        "{hero} hid the {toy} from {friend} .",
        "{hero} put the {toy} where {friend} could not see it .",
        "{friend} was not to know where {hero} had the {toy} .",
    ),
    (
        "{hero} dropped the {toy} of {friend} .",
        "{hero} let the {toy} of {friend} fall to the floor .",
        "the {toy} slipped out of the {hero.hands} of {hero} and landed in front of {friend} .",
    ),
    (
        "{hero} washed the {toy} of {friend} .",
        "the {toy} of {friend} was muddy , so {hero} took water and a sponge .",
        "{friend} saw how {hero} rubbed the {toy} until it shone .",
    ),
    (
        "{hero} told {friend} all about the {toy} .",
        "{friend} heard the whole story of the {toy} from {hero} .",
        "what {hero} knew about the {toy} , {friend} knew too in the end .",
    ),
    (
        "{hero} and {friend} played with the {toy} .",
        "the {toy} was in a game of {hero} and {friend} .",
        "{friend} , {hero} and the {toy} had fun together .",
    ),
)
"""What hero and friend do with a toy: wordings that say the same, each of which names all three."""

SOMEWHERE: tuple[Wordings, ...] = (
    (
        "{hero} waited for {friend} {place.at} .",
        "{place.at} {hero} stood until {friend} came .",
        "{hero} was early {place.at} , and {friend} was late .",
    ),
    (
        "{hero} fell asleep next to {friend} {place.at} .",
        "{place.at} {hero} closed both eyes and dreamed beside {friend} .",
        "{friend} saw that {hero} was asleep {place.at} .",
    ),
    (
        "{hero} lost sight of {friend} {place.at} .",
        "{place.at} {hero} could not see {friend} any more .",
        "one moment {friend} was with {hero} {place.at} , and then {hero.they} stood there alone .",
    ),
    (
        "{hero} laughed with {friend} {place.at} .",
        "{friend} and {hero} had great fun {place.at} .",
        "{place.at} {hero} thought of something funny and told it to {friend} .",
    ),
)
"""What hero and friend do at a place, which every wording names."""

LISTS = ("thanks", "warning", "apology", "comfort", "cheer", "plea", "greeting", "parting")
"""Word lists of the stories with phrases that mean the same. Phrases of two lists mean different things."""

SAID: tuple[Wordings, ...] = tuple(
    (
        f"{{{phrase}}} , {{friend}} , said {{hero}} .",
        f"{{{phrase}}} , said {{hero}} to {{friend}} .",
        f"{{hero}} said to {{friend}} , {{{phrase}}} .",
        f"{{hero}} looked at {{friend}} and said , {{{phrase}}} .",
        f"{{{phrase}}} , called {{hero}} , and {{friend}} heard it .",
        f"then {{friend}} heard {{hero}} call , {{{phrase}}} .",
    )
    for phrase in LISTS
)
"""What the hero says to the friend."""

GROUPS = (WITH_TOY, SOMEWHERE, SAID)
"""The sentences of a pair come from one group, so that they name the same people and things."""

Kind = tuple[str, tuple[Wordings, ...], Wordings]
"""The label, and the group and the meaning of the first sentence."""

KINDS: tuple[tuple[Kind, ...], ...] = tuple(
    tuple((label, group, meaning) for group in GROUPS for meaning in group) for label in LABELS
)
"""Under both labels each meaning of the first sentence takes turns, so that neither sentence alone tells the label."""


def paraphrase(train: int, test: int, seed: int) -> Task[PairExample]:
    """Pairs of sentences that say the same or do not; a third of what is said, of names, toys and places is held out.

    In two fifths of the pairs somebody says something, and in `test_unseen` the phrases that decide are new. In the
    others something is done; there only the names are new.

    Args:
        train: number of labelled examples to learn from.
        test: number of examples in each of the two test sets.
        seed: which examples, and which words are held out.

    Raises:
        ValueError: for sizes below 1, and sizes beyond what the grammar can say.
    """
    texts = [text for group in GROUPS for wordings in group for text in wordings]
    split = split_grammar(seed, "paraphrase", lists=LISTS, latents=("cast", "toys", "places"), keep=own_words(texts))
    grammars = {False: split.seen, True: split.unseen}
    templates = {unseen: {text: parse(text, grammar) for text in texts} for unseen, grammar in grammars.items()}

    def draw(rng: Random, kind: Kind, unseen: bool) -> PairExample | None:
        label, group, meaning = kind
        other = meaning if label == "same" else rng.choice([each for each in group if each is not meaning])
        # Never the same wording: where it alone told who spoke to whom, pairs that differ would be the more alike.
        one, two = rng.sample(range(len(meaning)), 2)
        said = scene(rng, grammars[unseen]).said
        first, second = templates[unseen][meaning[one]], templates[unseen][other[two]]
        rows = draw_rows(rng, first), draw_rows(rng, second)
        if other is meaning and rows[0] and rows[0] == rows[1]:
            return None  # the same phrase twice would be no paraphrase
        return PairExample(first.realise(said, rows[0]), second.realise(said, rows[1]), label)

    return draw_task("paraphrase", "pair", LABELS, draw, split.held_out, train, test, seed, KINDS)
