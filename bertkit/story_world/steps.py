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

# Someone runs the toy down. What is said of it in the bare sentence shows in what comes before and after.
SCORN = step(
    (3, "this {toy} is so {scorn} ."),
    (5, "it is far too {scorn} , said {scoffer} ."),
    (2, "that is much too {scorn} for me , said {scoffer} ."),
    (4, "this {toy} is so {scorn_pair.one} and {scorn_pair.other} ."),
    (3, "it is {scorn_pair.one} and {scorn_pair.other} , said {scoffer} ."),
    (2, "this {toy} is so {scorn} , said {scoffer} ."),
    (3, "this {toy} is so {scorn} , said {scoffer} , and {unkind_act} ."),
    (2, "what {a scorn} {toy} , said {scoffer} , and {unkind_act} ."),
    (1, "{scoffer} had never seen such {a scorn} {toy} ."),
    (1, "is there anything as {scorn} as this {toy} ? asked {scoffer} ."),
    (1, "take it away , said {scoffer} , because it is so {scorn} ."),
)

# The other way round: the friend takes to the toy.
ADMIRATION = step(
    (3, "this {toy} is so {approval} ."),
    (5, "it is very {approval} , said {friend} ."),
    (2, "how very {approval} , said {friend} , and {kind_act} ."),
    (4, "this {toy} is so {approval_pair.one} and {approval_pair.other} ."),
    (3, "it is {approval_pair.one} and {approval_pair.other} , said {friend} ."),
    (2, "this {toy} is so {approval} , said {friend} ."),
    (3, "this {toy} is so {approval} , said {friend} , and {kind_act} ."),
    (2, "what {a approval} {toy} , said {friend} , and {kind_act} ."),
    (1, "{friend} had never seen such {a approval} {toy} ."),
    (1, "is there anything as {approval} as this {toy} ? asked {friend} ."),
    (1, "give it to me , said {friend} , because it is so {approval} ."),
)

# What people say to one another, all in the same form, so that one phrase alone tells what is meant by it.
THANKS = step(
    (2, "{thanks} , {friend} , said {hero} ."),
    (3, "{thanks_pair.one} , {thanks_pair.other} , said {hero} ."),
    "{thanks} , said {hero} , you are a real friend .",
    "{thanks} , said {hero} , and gave {friend} {a treat} .",
    "{thanks} , said {hero} , and kissed {friend} on both cheeks .",
)
WARNING = step(
    (2, "{warning} , {hero} , said {friend} ."),
    (3, "{warning_pair.one} , {warning_pair.other} , said {friend} ."),
    "{warning} , cried {friend} , that {plank} is not safe !",
    "{warning} , cried {friend} , or you will fall !",
    "{warning} , said {friend} , and held {hero} by the sleeve .",
)
PLEA = step(
    (2, "{plea} , {friend} , said {hero} ."),
    (3, "{plea_pair.one} , {plea_pair.other} , said {hero} ."),
    "{plea} , cried {hero} , i am stuck {place.at} !",
    "{plea} , cried {hero} , i cannot get down !",
    "{plea} , shouted {hero} , and held on with both {hero.hands} .",
)
APOLOGY = step(
    (2, "{apology} , {hero} , said {friend} ."),
    (3, "{apology_pair.one} , {apology_pair.other} , said {friend} ."),
    "{apology} , said {friend} , i did not mean to do it .",
    "{apology} , said {friend} , and looked at the floor .",
    "{apology} , said {friend} , and swept up the pieces .",
)
COMFORT = step(
    (2, "{comfort} , {hero} , said {friend} ."),
    (3, "{comfort_pair.one} , {comfort_pair.other} , said {friend} ."),
    "{comfort} , said {friend} , and put an arm round {hero} .",
    "{comfort} , said {friend} {softly} , it will soon be all right .",
    "{comfort} , said {friend} , and dried the tears of {hero} .",
)
CHEER = step(
    (2, "{cheer} , {hero} , said {friend} ."),
    (3, "{cheer_pair.one} , {cheer_pair.other} , said {friend} ."),
    "{cheer} , cried {friend} , we have done it !",
    "{cheer} , cried {friend} , and clapped loudly .",
    "{cheer} , shouted {friend} , and threw {a winter_garment} into the air .",
)
PARTING = step(
    (2, "{parting} , {hero} , said {friend} ."),
    (3, "{parting_pair.one} , {parting_pair.other} , said {friend} ."),
    "{parting} , said {friend} , and went home to bed .",
    "{parting} , called {hero} , and waved until {friend} was out of sight .",
    "{parting} , yawned {friend} , and the stars came out .",
)
