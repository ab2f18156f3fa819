"""Steps that more than one plot takes."""

from __future__ import annotations

from bertkit.story_world.grammar import step

# Who the story is about; it fits in front of any plot.
INTRODUCTION = step(
    "once there was {a nature} {hero.kind} called {hero} .",
    "{hero} was {a nature} {hero.kind} who loved {hobby} .",
    "in a house by the {landmark} lived {a nature} {hero.kind} called {hero} .",
    "this is the story of {hero} , {a nature} {hero.kind} .",
    "there was nothing that {hero} liked better than {hobby} .",
    "do you know {hero} , the {hero.kind} who lived by the {landmark} ?",
)

# Someone remarks on the toy, which an earlier step has brought in.
PRAISE = step(
    (10, "this {toy} is so {praise} ."),
    (2, "this {toy} is so {praise} , said {friend} ."),
    (1, "what {a praise} {toy} , said {friend} {softly} ."),
    (1, "{friend} had never seen such {a praise} {toy} ."),
    (1, "is there anything as {praise} as this {toy} ? asked {friend} ."),
    (1, "i love it , said {friend} , because it is so {praise} ."),
    (1, "{friend} touched its {toy.part} , which was {toy.feel} , and smiled ."),
)
