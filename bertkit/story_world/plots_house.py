"""Plots about the house: bedtime, the workshop, a rainy day."""

from __future__ import annotations

from bertkit.story_world.grammar import Plot, step
from bertkit.story_world.steps import PRAISE

LOST_AT_BEDTIME = Plot(
    "lost at bedtime",
    "bedtime",
    (
        step(
            "the moon was up , and {hero} was ready for bed .",
            "{hero} had brushed {hero.their} teeth and put on {hero.their} {nightwear} .",
            "mum closed the book about {book_topic} and turned down the lamp .",
            "it was late , and {hero} was feeling {mood} under the {cover} .",
        ),
        step(
            "but something was missing , and that was the {toy} .",
            "where is my {toy} ? asked {hero} .",
            "{hero} could never sleep without the {toy} .",
            "{hero} felt for the {toy} in the dark , but it was not there .",
        ),
        step(
            "mum looked in the {room} , and {friend} , who was staying the night , looked on the stairs .",
            "{friend} , who was staying the night , searched the {room} from top to bottom .",
            "{friend} , who was staying the night , jumped up to help .",
            "it is not with the {bedroom_thing} , said {friend} from the other bed , nor on the shelf .",
        ),
        step(
            "think back , said mum {softly} , where did you play today ?",
            "did we not play {place.at} ? asked {friend} .",
            "{hero} closed {hero.their} eyes and tried to remember .",
            "has anybody looked {place.at} ? asked mum .",
        ),
        step(
            "and there it was , {place.at} , as snug as could be .",
            "{hero} looked {place.at} and gave a shout of joy .",
            "there lay the {toy.short} , fast asleep {place.at} .",
            "{friend} held up the lamp , and something {toy.feel} came to light {place.at} .",
        ),
        PRAISE,
        step(
            "{hero} hugged the little one and was asleep in {number} minutes .",
            "good night , whispered mum , and out went the light .",
            "soon there was no sound but the {ticking} of the clock .",
            "that night {hero} dreamed of {dream} .",
        ),
    ),
)

NIGHT_NOISE = Plot(
    "a noise at night",
    "bedtime",
    (
        step(
            "it was the middle of the night , and everyone was asleep but {hero} .",
            "{hero} woke up when the clock struck {night_hour} .",
            "the night was dark , and a cold wind {wind_verb} round the house .",
            "{hero} lay awake and felt {mood} .",
        ),
        step(
            "there was a noise , but it was no {cry.animal} , because it did not go {cry.sound} .",
            "then there was a noise {place.at} .",
            "tap , tap , tap , went something {place.at} .",
            "was there somebody {place.at} ?",
        ),
        step(
            "{hero} pulled the {cover} up to {hero.their} nose .",
            "{hero} held the {toy} very tight .",
            "did you hear that ? {hero} whispered to the {toy} .",
            "are you awake ? {hero} asked {friend} in the next bed .",
        ),
        step(
            "{friend} , who shared the room , lit {a light} and was not afraid at all .",
            "do not worry , said {friend} {softly} , we will look together .",
            "step by step {hero} crept nearer , with {friend} close behind .",
            "in the other bed {friend} woke up too , and took {hero} by the {hero.hand} .",
            "together the two friends tiptoed across the floor to look .",
        ),
        step(
            "it was only {a night_visitor} , and it was more frightened than they were .",
            "{place.at} sat {a night_visitor} , looking very lost .",
            "a little {night_visitor} looked up at them and blinked .",
        ),
        step(
            "they gave it a crumb of {snack} and opened the window .",
            "{friend} opened the window , and it slipped away into the dark .",
            "away it went , like {a lair.animal} going home to its {lair.home} .",
            "{hero} showed it the {toy} , and then they let it out into the {night_place} .",
        ),
        step(
            "before long all was still again .",
            "they climbed back into bed , which was still {cosy} and warm .",
            "{hero} told mum all about it at breakfast .",
            "the {toy} had seen everything and said nothing .",
            "what a brave pair we are , said {hero} , and yawned .",
        ),
    ),
)

REPAIR = Plot(
    "a visit to the workshop",
    "workshop",
    (
        step(
            "oh no , cried {hero} , the {toy} is broken !",
            "{hero} tripped , and the {toy} lost its {toy.part} .",
            "{hero} had felt {mood} all day , and now the {toy} had lost its {toy.part} .",
            "{hero} had dropped the {toy} on the stairs , and its {toy.part} had come off .",
        ),
        step(
            "grandpa can mend it , said {friend} , he can mend anything .",
            "they took it to grandpa , who was in his workshop .",
            "grandpa put on his glasses and looked at the {toy.short} from all sides .",
            "can it be mended ? {hero} asked grandpa .",
        ),
        step(
            "the workshop smelled of {workshop_smell} .",
            "he laid the patient {place.at} .",
            "there were {hardware} {place.at} and shavings on the floor .",
            "let us see what we have {place.at} , said grandpa .",
            "{hero} sat down {place.at} and felt {mood} , but not for long .",
        ),
        step(
            "{friend} , who liked to help , fetched the {tool.name} , because grandpa wanted to {tool.job} .",
            "hand me the {tool.name} , said grandpa , i must {tool.job} .",
            "{hero} held the lamp with both {hero.hands} .",
            "to {tool.job} he needed the {tool.name} , and {friend} knew where it was .",
        ),
        step(
            "there was a lot of {workshop_noise} , and then it was quiet .",
            "please hold still , said grandpa to the {toy.short} .",
            "a drop of glue here , a dab of {colour} paint there , and it was done .",
            "{hero} hardly dared to look .",
        ),
        step(
            "there , as good as new , said grandpa .",
            "now its {toy.part} was stronger than ever .",
            "nobody could see where it had been broken .",
        ),
        PRAISE,
        step(
            "{hero} gave grandpa a kiss on his {grandpa_part} .",
            "thank you , said {hero} , and {hero.they} meant it .",
            "grandpa swept the floor and put the kettle on .",
            "{hero} skipped all the way home and was {mood.after} .",
        ),
    ),
)

ATTIC = Plot(
    "up in the attic",
    "rainy day",
    (
        step(
            "rain ran down the windows , and {hero} and {friend} had nothing to do .",
            "it had been raining since {weekday} , and {friend} had come to play with {hero} .",
            "drip , drop , went the rain on the roof , and {hero} and {friend} sat by the window .",
            "{hero} and {friend} could not go out , because the lane was under water .",
        ),
        step(
            "{hero} felt {mood} and looked at the puddles .",
            "let us explore the attic , said {friend} .",
            "they had played {game} {number} times already .",
            "why do you not go up to the attic ? asked dad .",
        ),
        step(
            "up the ladder they climbed , one step at a time .",
            "under the roof there was nothing but dust and shadows .",
            "the attic stairs creaked , and {a attic_animal} ran away .",
        ),
        step(
            "{place.at} {friend} found {a costume} and a long {colour} cloak .",
            "{hero} opened an old chest , and out flew {number} moths .",
            "there was something {place.at} , wrapped in newspaper .",
            "{friend} blew the dust off {a costume} .",
        ),
        step(
            "{hero} was {a costumed.person} , for {hero.they} had {a costumed.thing} .",
            "with {a costumed.thing} {friend} turned into {a costumed.person} .",
            "an upside down table was their ship , and the {toy} was the captain .",
            "they sailed to the land of {dream} , and the {toy} came along .",
        ),
        step(
            "they made so much noise that dad came up to look .",
            "{friend} laughed until {friend.their} tummy hurt .",
            "nobody noticed how the time went by .",
            "{a attic_animal} peeped out {place.at} and wondered at it all .",
        ),
        step(
            "when they looked out , the rain had stopped .",
            "at last a rainbow stood over the {landmark} .",
            "what a pity , said {hero} , now it is dry .",
            "when it was time for {meal} , {hero} was {mood.after} .",
        ),
    ),
)

HOUSE = (LOST_AT_BEDTIME, NIGHT_NOISE, REPAIR, ATTIC)
