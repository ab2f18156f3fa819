"""Plots in which people say what they think: of a toy, to one another, and of the world."""

from __future__ import annotations

from bertkit.story_world.grammar import Plot, step
from bertkit.story_world.steps import ADMIRATION, APOLOGY, CHEER, COMFORT, PARTING, PLEA, SCORN, THANKS, WARNING

UNKIND_WORD = Plot(
    "an unkind word",
    "school",
    (
        step(
            "on {school_day} {hero} took the {toy} to school to show it to {friend} .",
            "at break {hero} and {friend} played {place.at} with the {toy} .",
            "{hero} and {friend} had made a little bed for the {toy} {place.at} .",
            "{hero} felt {mood} and took the {toy} out of {hero.their} bag to show it to {friend} .",
        ),
        SCORN,
        step(
            "a tear ran down the nose of {hero} .",
            "those were unkind words , and {hero} swallowed hard .",
            "{hero} went red and hid the {toy} {place.at} .",
            "that hurt , and {hero} wanted to go home .",
            "{hero} did not know where to look .",
        ),
        COMFORT,
        ADMIRATION,
        step(
            (2, "{apology} , {hero} , said a small voice behind them ."),
            (2, "{apology_pair.one} , {apology_pair.other} , said a small voice behind them ."),
            "{apology} , said somebody , i only said it because i have no toy .",
            "{apology} , said a voice {place.at} , may i play too ?",
        ),
        step(
            "so they all played {game} together until the bell rang .",
            "from then on the {toy} came to school every {school_day} .",
            "a kind word costs nothing , said the teacher .",
            "{hero} went home {mood.after} .",
        ),
    ),
)

TOY_STALL = Plot(
    "the toy stall",
    "market",
    (
        step(
            "on {weekday} {hero} and {friend} went to the market with {number} pennies .",
            "an old woman sold toys {place.at} , and {hero} and {friend} went to look .",
            "{place.at} {hero} and {friend} found a stall full of old toys .",
            "{hero} felt {mood} , but then {friend} pointed to a stall full of toys .",
        ),
        step(
            (2, "{greeting} , {hero} , said the old woman ."),
            (2, "{greeting_pair.one} , {greeting_pair.other} , said the old woman ."),
            "{greeting} , said the old woman , what are you looking for ?",
            "{greeting} , said the old woman , and shook them by the hand .",
            "{greeting} , said the old woman , come closer and look round .",
        ),
        step(
            "between {a junk} and {a costume} sat the {toy} .",
            "in the last row , all alone , sat the {toy} .",
            "nobody wanted the {toy} , which had been there for {number} weeks .",
            "{hero} saw the {toy} at once .",
        ),
        SCORN,
        step(
            "the {toy} looked as if it wanted to cry .",
            "the old woman sighed and put the {toy.short} back .",
            "how can anyone say such a thing ? asked {hero} .",
            "nobody ever buys it , said the old woman sadly .",
        ),
        ADMIRATION,
        step(
            "it costs {number} pennies , said the old woman , but you may have it for one .",
            "take it , said the old woman , it has been waiting for you .",
            "{hero} turned out {hero.their} pockets and paid with {number} pennies and a button .",
            "the old woman wrapped it in {colour} paper and put it in their arms .",
        ),
        step(
            (2, "{thanks} , said {hero} ."),
            (2, "{thanks_pair.one} , {thanks_pair.other} , said {hero} ."),
            "{thanks} , said {hero} , and they ran home to show it to mum .",
            "{thanks} , said {friend} , and gave the old woman {a treat} .",
            "{thanks} , said {hero} , and was {mood.after} .",
        ),
    ),
)

TREE_HOUSE = Plot(
    "the house in the branches",
    "windy hill",
    (
        step(
            "{hero} and {friend} wanted to build a house in the branches .",
            "all week {hero} and {friend} had been carrying boards up the hill .",
            "{hero} drew a plan for a house in the air , and {friend} fetched the {hardware} .",
            "the {toy} needs a house of its own , said {hero} to {friend} .",
        ),
        step(
            (2, "{greeting} , {friend} , said {hero} ."),
            (2, "{greeting_pair.one} , {greeting_pair.other} , said {hero} ."),
            "{greeting} , said the farmer , and gave them a box of {hardware} .",
            "{greeting} , called the farmer , what are you building ?",
            "{greeting} , said {friend} , and sat down on {a plank} .",
        ),
        WARNING,
        step(
            "crack ! the ladder fell , and {hero} hung {place.at} .",
            "{hero} had climbed too high and could not move .",
            "a gust of wind shook {place} , and {hero} held on tight .",
            "then the rope broke , and {hero} clung to the last board .",
        ),
        PLEA,
        step(
            "{friend} held out a long {pole} and pulled .",
            "{friend} put the ladder back and came up to fetch {hero} .",
            "the farmer came running with a sheet and said , jump !",
        ),
        THANKS,
        step(
            "by {meal} the house had a roof and {number} windows .",
            "at last the {toy} looked out of its own little window .",
            (2, "{cheer} , {hero} , said {friend} ."),
            (2, "{cheer_pair.one} , {cheer_pair.other} , said {hero} ."),
            "{parting} , said {hero} to the {toy} , and left it in its own house .",
        ),
    ),
)

CLEARING_OUT = Plot(
    "clearing out the attic",
    "rainy day",
    (
        step(
            "it rained all day , and {hero} and {friend} helped mum to clear out the attic .",
            "the attic is full to the roof , said mum to {hero} and {friend} , let us clear it out .",
            "mum came up the stairs with {a cleaning_tool} for {hero} and another one for {friend} .",
        ),
        step(
            (2, "this {costume} is so {scorn} , said mum , and threw it on the heap ."),
            (2, "this {junk} is so {scorn} , said {friend} , away with it ."),
            "who would wear such {a scorn} {costume} ? asked mum , and put it in the dustbin .",
            "what {a scorn} {junk} , said mum , nobody will miss it .",
        ),
        step(
            "but {place.at} lay the {toy} .",
            "then {hero} found something {toy.feel} {place.at} , and it was the {toy} .",
            "{place.at} , in a cloud of dust , sat the {toy} .",
            "mum had played with the {toy} when she was small .",
        ),
        step(
            (3, "this {toy} is so {approval} ."),
            (2, "this {toy} is so {approval} , said mum , and {kind_act} ."),
            (2, "this {toy} is so {approval} , said {hero} , we must keep it ."),
            "what {a approval} {costume} , said {friend} , i will wear it all day .",
            "what {a approval} {toy} , said mum , i will never give it away .",
        ),
        step(
            "then {friend} slipped and knocked over {a vessel.thing} .",
            "crash ! {friend} had dropped the mirror .",
            "{friend} took one step back , and there was a loud crash {place.at} .",
        ),
        APOLOGY,
        COMFORT,
        step(
            "in the evening the attic was as tidy as a shop .",
            "soon the rain stopped , and {hero} was {mood.after} .",
            "they kept the {toy} and gave the rest away .",
            "they all had {hot_drink} and {snack} on the attic stairs .",
        ),
    ),
)

SLEEPOVER = Plot(
    "the house of blankets",
    "bedtime",
    (
        step(
            "{friend} had come to spend the night with {hero} .",
            "it was {weekday} , and {friend} was allowed to stay the night with {hero} .",
            "{hero} had been looking out for {friend} since {afternoon_hour} .",
        ),
        step(
            (2, "{greeting} , {friend} , said {hero} ."),
            (2, "{greeting_pair.one} , {greeting_pair.other} , said {hero} ."),
            "{greeting} , said mum , come in and take off your {winter_garment} .",
            "{greeting} , cried {hero} , and pulled {friend} through the door .",
            "{greeting} , said {friend} , and put a bag down {place.at} .",
        ),
        step(
            "they built a house of blankets {place.at} .",
            "they hung a sheet over two chairs and put every {cover} inside .",
            "let us sleep {place.at} tonight , said {friend} .",
        ),
        step(
            (2, "{warning} , {friend} , said {hero} ."),
            (2, "{warning_pair.one} , {warning_pair.other} , said {hero} ."),
            "{warning} , said {hero} , the roof is falling in !",
            "{warning} , cried {friend} , and down came the whole house .",
            "{warning} , said {hero} , and caught the {light} just in time .",
        ),
        step(
            (2, "{plea} , {hero} , said {friend} ."),
            (2, "{plea_pair.one} , {plea_pair.other} , said {friend} ."),
            "{plea} , cried {friend} from under the {cover} , i cannot get out !",
            "{plea} , cried {friend} , my foot is caught !",
        ),
        step(
            "{hero} pulled and pulled , and out came {friend} and the {toy} .",
            "{hero} lifted the {cover} , and there sat {friend} and laughed .",
            "together they built it up again , stronger than before .",
        ),
        step(
            "by the light of {a light} they told each other about {dream} .",
            "they shared some {snack} and did not leave a crumb .",
            (2, "{cheer} , {friend} , said {hero} ."),
            (2, "{cheer_pair.one} , {cheer_pair.other} , said {hero} ."),
            "{cheer} , cried {hero} , and they jumped for joy .",
        ),
        step(
            (2, "{parting} , {hero} , said {friend} ."),
            (2, "{parting_pair.one} , {parting_pair.other} , said {hero} ."),
            "{parting} , said mum {softly} , and turned down the lamp .",
            "{parting} , yawned {friend} , and closed both eyes .",
            "{parting} , said {hero} to the {toy} , and soon all three were asleep .",
        ),
    ),
)

RAFT = Plot(
    "the island in the pond",
    "pond",
    (
        step(
            "there was an island in the pond , and {hero} and {friend} had never been there .",
            "what is on the island ? {hero} asked {friend} one {weekday} .",
            "{hero} and {friend} wanted to be the first on the island .",
        ),
        step(
            "they tied {number} logs together {place.at} and made a raft .",
            "with {a garden_tool} for an oar they set out from {place} .",
            "the {toy} sat in front and was the captain .",
        ),
        WARNING,
        step(
            "splash ! {hero} was in the water up to the neck .",
            "the raft turned over {place.at} , and they all got wet .",
            "{friend} missed a stroke , and {hero} fell in .",
        ),
        step(
            (2, "{apology} , {hero} , said {friend} ."),
            (2, "{apology_pair.one} , {apology_pair.other} , said {friend} ."),
            "{apology} , said {friend} , i was looking at {a pond_animal} .",
            "{apology} , said {friend} , and pulled {hero} out by the {hero.hand} .",
        ),
        step(
            "on the island there was nothing but {a pond_animal} and its nest .",
            "at last they stood on the island and hung up their wet things to dry .",
            "they had to swim the rest of the way , but they got there .",
        ),
        CHEER,
        PARTING,
    ),
)

GUESSING = Plot(
    "guessing games",
    "train",
    (
        step(
            "the journey was long , so {hero} and {friend} played at guessing .",
            "{hero} felt {mood} , but {friend} knew a game for a long journey .",
            "there were {number} more stations to go , and {hero} and {friend} began to guess .",
            "how many stations are there still ? asked {hero} , and {friend} guessed , {number} .",
        ),
        step(
            "what goes {cry.sound} ? asked {hero} , and {friend} said , {a cry.animal} .",
            "{friend} went {cry.sound} , and {hero} knew at once that it was {a cry.animal} .",
            "it must be {a cry.animal} , said {hero} , because it goes {cry.sound} .",
        ),
        step(
            "who lives in {a lair.home} ? asked {friend} , and {hero} said , {a lair.animal} .",
            "{a lair.animal} has {a lair.home} , said {hero} , that was easy .",
            "i live in {a lair.home} , said {friend} , so i must be {a lair.animal} .",
        ),
        step(
            "what is {likeness.colour} ? asked {hero} , and {friend} said , {likeness.thing} .",
            "i see something {likeness.colour} , said {friend} , and it is like {likeness.thing} .",
            "{likeness.thing} is {likeness.colour} , said {hero} , who does not know that ?",
        ),
        step(
            "who has {a costumed.thing} ? asked {hero} , and {friend} said , {a costumed.person} .",
            "{friend} drew {a costumed.thing} , so {hero} guessed that it was {a costumed.person} .",
            "i have {a costumed.thing} , said {hero} , so i am {a costumed.person} .",
        ),
        step(
            "who sells {seller.ware} ? asked the guard , and {friend} said , the {seller.person} .",
            "for {seller.ware} you go to the {seller.person} , said {hero} .",
            "the {seller.person} has {seller.ware} , said {friend} , everybody knows that .",
        ),
        step(
            "{friend} drew {a form.shape} on the window , and it looked like {form.thing} .",
            "{hero} thought of {form.thing} and drew {a form.shape} .",
            "what tastes {taste.flavour} ? asked {hero} , and {friend} said , {taste.food} .",
            "{taste.food} is {taste.flavour} , said {friend} , and licked {friend.their} {friend.hand} .",
        ),
        step(
            "the {toy} had won , because it never said a wrong word .",
            "toot , went the train , and they were there before they knew it .",
            "when they arrived , {hero} was {mood.after} .",
            "then they looked for the {toy} , which was asleep {place.at} .",
        ),
    ),
)

OPINIONS = (UNKIND_WORD, TOY_STALL, CLEARING_OUT)
RIDDLES = (GUESSING,)
ADVENTURES = (TREE_HOUSE, SLEEPOVER, RAFT)
