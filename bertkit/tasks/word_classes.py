"""The universal part-of-speech tag of every word of the stories, as data.

The tags follow Universal Dependencies (universaldependencies.org/u/pos). Where English grammars differ, the
conventions are those of its English Web Treebank: particles of verbs such as `up` and `out` are ADP, possessives are
PRON, `today` is a NOUN, `is` and `was` are AUX everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping

TAGS = (
    "ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN",
    "NUM", "PART", "PRON", "PROPN", "PUNCT", "SCONJ", "VERB",
)  # fmt: skip
"""The tags that occur. X and SYM do not."""

BY_TAG = {
    "ADJ": """
        afraid asleep awake bare bent best better big bigger biggest blind blue bored brave broken brown calm careful
        clear clever cold coloured cracked crooked dark deep dry easy empty enormous excited familiar faster fine
        fit flat foreign free freezing fresh friendly frightened frozen full generous golden good great green grumpy
        happier happy highest hot ill kind last late little living lonely long loose loud loveliest low magic many
        missing more muddy new next nicest obliged odd old open other own painted pale passing patient pink polar poor
        prouder quiet ready real red right rude rusty sad safe second shut shy silver small smaller snug soft sorry
        sticky stiff striped strange stronger stuck sunny sure sweet talking tall thin tidy tiny tired unkind warm wet
        white whole windy wooden woollen woolly worried worst wrong yellow chilly first
    """,
    "ADP": """
        about across after against along among at before behind below beside between by down for from in inside into
        like near of off on out over past round since than through to under up with without as
    """,
    "ADV": """
        aboard again already alone away back close closer early else even ever everywhere far fast halfway hard hardly
        here high higher home how just loudly much nearer never now once only outside overnight perhaps quickly quite
        sadly slowly so soon still suddenly then tight together too upside very well when where why yet aside
    """,
    "AUX": "am are be been can cannot could did do does is may might must shall should was were will would",
    "CCONJ": "and but nor or",
    "DET": "a all an another any both each every half no some such the this those",
    "INTJ": """
        atishoo bravo bump cheerio clonk crack crunch drip farewell goodbye greetings hello hi hooray hurrah hush oh
        hee haw peep please steady surprise tap toot welcome yippee
    """,
    "NUM": "eleven five four hundred nine one seven six ten thousand three twelve two",
    "PART": "not",
    "PRON": """
        anybody anyone anything everybody everyone everything he her him his i it its me mine my nobody nothing she
        somebody someone something their them themselves there they us we what which who whose you your
    """,
    "PROPN": "joe kate max",
    "SCONJ": "because if that until while",
    "VERB": """
        allowed arrived ask asked ate bake began belonged beware bless blew blinked blow bought bring broke brought
        brushed build building built buys call called calling came carried carrying caught cheer chopped chose
        clapped climbed closed clung come coming costs counted covered cradled creaked crept cried cry crying cut danced
        dared decided dig doing done drank dreamed drew dried dropped dug dusted eat eaten excuse explore fall fallen
        falling fed feeling feels fell felt fetch fetched find flapped flew floating fly forgive forgot forgotten found
        gasped gathered gave get getting give given giving go goes going gone got grew guess guessed guessing had
        happen has have hear heard held help helped helps hid hidden hit hold hugged hung hurry hurt jump jumped keep
        kept kicked kissed knew knock knocked know knows laid landed laugh laughed lay leaned learn learned leave left
        lend let licked lifted liked lined lit live lived lives look looked looking lost love loved made make makes
        marked mean meant measure melted mend mended met mind minded miss missed move moved needed needs noticed opened
        packed paddled paid pardon patted peeled peeped picked play played playing pointed pretended puff pulled
        pushed put quacked raced rained raining ran rang reach read reading remember remembered rescue rocked rode
        rolled rubbed running said sailed sang sat save saved saw say scratched searched see seemed seen sells set sew
        share shared shone shook shouted show showed sifting sighed sit sitting skipped sleep slept slipped smelled
        smiled snatched sneezed snowed sold shuddered sow spend splashed standing stand stay staying stepped stirred
        stood stopped stroked struck swallowed swam swept swim take tasted tastes thank think thought threw tied tipped
        tiptoed told took touched tried tripped turned unpacked visit waded wait waited waiting walked want wanted wants
        washed watch watched waved wear weighed went whisper whispered wiped woke won wondered wondering wore worry
        wrapped wrote yawned
    """,
}
"""The usual tag of a word. Words that stand nowhere here are nouns."""

SLOT_TAGS: Mapping[str, str] = {
    slot: tag
    for tag, slots in {
        "ADJ": """
            approval scorn praise approval_pair.one approval_pair.other scorn_pair.one scorn_pair.other
            colour nature shell cosy mood toy.feel likeness.colour taste.flavour need.state parcel.shape touch.quality
        """,
        "ADV": "mood.way softly",
        "INTJ": "cry.sound",
        "NOUN": """
            hero.kind hero.hand hero.hands friend.hand friend.hands toy.short toy.part tool.name form.shape game
            night_place bird hobby snack ticking
        """,
        "NUM": "number big_number age night_hour afternoon_hour sum.number sum.next",
        "PROPN": "hero friend weekday school_day boat_name",
        "VERB": "mood.sign wind_verb wind_doing sea_motion.moved pond_motion.moved music.played",
    }.items()
    for slot in slots.split()
}
"""The tag of a single word that fills a slot, whatever the word is elsewhere: `orange` is a colour or a fruit."""

IN_CONTEXT: Mapping[str, tuple[tuple[str, str], ...]] = {
    "all": (("DET", "* alone so"), ("ADV", "* alone|* over|* round|* about|be * right|* aboard")),
    "any": (("ADV", "* more"),),
    "as": (("ADV", "* _ as|* well"), ("SCONJ", "* if|* its|* they|* could")),
    "back": (("NOUN", "its *"),),
    "before": (("ADV", "than * ."), ("SCONJ", "there * they")),
    "behind": (("ADV", "close *"),),
    "better": (("ADV", "liked *"),),
    "blow": (("VERB", "*"),),
    "broken": (("VERB", "been *"),),
    "but": (("ADP", "nothing *|sound *|asleep * {}"),),
    "calm": (("VERB", "* down"),),
    "can": (("NOUN", "a *|oil *"),),
    "clear": (("VERB", "us *|to *"),),
    "cold": (("NOUN", "the * .|a * ?|a * and|a * ,"),),
    "cook": (("VERB", "to *"),),
    "cracked": (("VERB", "had *"),),
    "crash": (("INTJ", "* !"),),
    "dark": (("NOUN", "the *"),),
    "do": (("VERB", "to *"),),
    "drop": (("INTJ", ", * ,"),),
    "down": (("ADV", "upside *"),),
    "dry": (("VERB", "to *"),),
    "far": (("ADJ", "* end"),),
    "first": (("ADV", "* of|there *|at *"),),
    "for": (("SCONJ", "* it was|* {} had|* she|, * today|{} , * the"),),
    "goodbye": (("NOUN", "waved *"),),
    "had": (("AUX", "* VERB|* AUX|* never|* cracked"),),
    "hand": (("VERB", "* me"),),
    "hard": (("ADJ", "was *"),),
    "has": (("AUX", "* VERB|* AUX|* anybody"),),
    "have": (("AUX", "* VERB|* AUX|* they|what * you"),),
    "help": (("VERB", "*"),),
    "high": (("ADV", "too *"),),
    "inside": (("ADV", "but *|* ."),),
    "knock": (("NOUN", "a *"),),
    "last": (("ADV", "it *|in *"),),
    "like": (("VERB", "you * to|seeds *|things *|to *"),),
    "long": (("ADV", "before *|for *"),),
    "lost": (("ADJ", "are *|very *|little *|* things"),),
    "more": (("ADV", "any *|* frightened"),),
    "much": (("ADJ", "so *"),),
    "near": (("ADV", "how *"),),
    "next": (("ADV", "* to"),),
    "no": (("INTJ", "oh *"),),
    "one": (("NOUN", "bigger *|smaller *|little *|best *|another *"),),
    "outside": (("ADP", "* the"),),
    "over": (("ADV", "was * ."),),
    "paint": (("VERB", "* the"),),
    "painted": (("VERB", "{} *|and *|they *"),),
    "past": (("ADV", "* ,"),),
    "patient": (("NOUN", "the *"),),
    "reach": (("NOUN", "of *"),),
    "ready": (("INTJ", "* , steady"),),
    "round": (("ADJ", "very *|a *"), ("ADV", "* and round|and *")),
    "smile": (("VERB", "to *"),),
    "splash": (("INTJ", "* !"),),
    "still": (("ADJ", "stood *|and *|hold *|was * again"),),
    "stop": (("NOUN", "next *"), ("VERB", "* the")),
    "than": (("SCONJ", "* they"),),
    "that": (
        ("DET", "time *|again *|from *|all *|* morning|* night|* {} is|was * {}|opened *"),
        ("PRON", "* was|* hurt|* is|is *|was *|* .|* ?|after *|* said|thing * {}|nothing *|cake *"),
    ),
    "there": (
        (
            "ADV",
            "up *|standing *|it *|been *|got *|* , as|were *|not *|* you|get *|* it|* lay|* sat|* stood|* came|paint *",
        ),
    ),
    "this": (("PRON", "* is"),),
    "those": (("PRON", "* were"),),
    "to": (("PART", "* VERB|* be|* {tool.job}|* do|* like|* cook|* dry|* clear|* smile|* bring"),),
    "turn": (("VERB", "* a"),),
    "until": (("ADP", "* {meal}|days *"),),
    "waiting": (("NOUN", "* room"),),
    "well": (("NOUN", "a *"),),
    "what": (("DET", "* a|* {} {}|* day"),),
}
"""Where a word is not of its usual class: (tag, patterns). The first that fits counts.

In a pattern `*` is the word, `_` any token, `{}` any slot, `{meal}` that slot, `VERB` or `AUX` a word usually of that
class; patterns are parted by |.
"""
