"""Plots that bring a family together: the kitchen and birthdays."""

from __future__ import annotations

from bertkit.story_world.grammar import Plot, step
from bertkit.story_world.steps import PRAISE

BAKING = Plot(
    "baking day",
    "kitchen",
    (
        step(
            "it was baking day , and grandma tied aprons round {hero} and {friend} .",
            "{hero} and {friend} wanted to bake {a cake} cake .",
            "grandma lit the oven , for today {hero} and {friend} were going to learn to bake .",
            "{hero} walked {mood.way} into the kitchen , where grandma and {friend} were sifting flour .",
        ),
        step(
            "{hero} stirred , and {friend} broke {number} eggs into the bowl .",
            "in went the butter , in went the {baking_extra} , and in went a pinch of salt .",
            "the {toy} sat {place.at} and watched .",
            "{friend} read out the recipe , and {hero} weighed the {baking_extra} .",
        ),
        step(
            "suddenly there was a crash {place.at} , and flour flew everywhere .",
            "{friend} sneezed , and half the flour went up in the air .",
            "then the bag of flour tipped over {place.at} .",
            "bump ! down came the flour from the shelf .",
        ),
        step(
            "even the {toy} was white from top to toe .",
            "now we all look like {pale_thing} , laughed grandma .",
            "{hero} felt {hero.their} cheeks go red .",
            "never mind , said grandma , every good cook makes a mess .",
        ),
        step(
            "they swept and wiped until the floor shone .",
            "{friend} fetched {a cleaning_tool} , and soon the worst was over .",
            "grandma dusted off the {toy} and set it back {place.at} .",
            "then they washed the {dishes} and began again .",
        ),
        step(
            "{hero} licked a spoon of {taste.food} , and it was very {taste.flavour} .",
            "why is the {taste.food} so {taste.flavour} ? asked {friend} .",
            "soon the whole house smelled of {spice} .",
            "at last the oven door opened , and out came a golden cake .",
        ),
        step(
            "everyone had a big slice , and there was one left for {relative} .",
            "it was the best cake that anyone had ever eaten .",
            "by the last crumb {hero} was {mood.after} .",
            "grandma saved a slice for {relative} and sang while she washed the {dishes} .",
        ),
    ),
)

SOUP = Plot(
    "soup for a friend",
    "kitchen",
    (
        step(
            "poor {friend} had caught a cold and could not come out to play .",
            "{friend} was in bed with a cold , so {hero} decided to make some soup .",
            "{hero} had felt {mood} all morning , but then came the news that {friend} was ill .",
            "atishoo ! {friend} was ill , and {hero} wanted to help .",
        ),
        step(
            "what helps against a cold ? {hero} asked grandma .",
            "hot soup is best , said grandma , and she took down the biggest pot .",
            "grandma put a pot on the fire and rolled up her sleeves .",
            "{hero} looked {place.at} for something to cook .",
        ),
        step(
            "{hero} washed the {vegetable} , and grandma peeled the {root} .",
            "into the pot went {number} {root} and a handful of {herb} .",
            "grandma showed {hero} how to hold the {kitchen_tool} .",
            "they chopped and stirred until the windows were white with steam .",
        ),
        step(
            "but the soup tasted of nothing at all .",
            "{hero} tried a spoonful , and it was far too thin .",
            "something is missing , said grandma , but what ?",
        ),
        step(
            "then {hero} had an idea and ran to {place} .",
            "a little {spice} , said {hero} , and stirred {number} times .",
            "some {herb} from the window box made all the difference .",
            "perhaps it needs some {vegetable} , said {hero} .",
        ),
        step(
            "the {toy} rode along on the tray to cheer up the patient .",
            "beside the {toy} on the tray stood {a vessel.thing} of {vessel.content} .",
            "{hero} brought the {toy} too , because it was good company .",
            "{hero} put {a vessel.thing} of {vessel.content} on the tray , and the {toy} next to it .",
        ),
        PRAISE,
        step(
            "{friend} ate every drop and sat up in bed .",
            "by the evening {friend} had pink cheeks again .",
            "that is the best soup in the world , said {friend} {softly} .",
            "in {number} days {friend} was as fit as a fiddle .",
        ),
    ),
)

PRESENT = Plot(
    "a present for a friend",
    "birthday",
    (
        step(
            "tomorrow was the birthday of {friend} , and {hero} had no present yet .",
            "{friend} was going to be {age} , and there was going to be a party .",
            "an invitation came in the post , and it was from {friend} .",
            "{hero} looked at the calendar and counted the days until the party .",
        ),
        step(
            "what could {hero} give to such a good friend ?",
            "{hero} opened {hero.their} money box , but there were only {number} pennies in it .",
            "{hero.they} asked mum , {hero.they} asked dad , and {hero.they} even asked the cat .",
            "{hero} had felt {mood} at first , but the shops were already shut .",
        ),
        step(
            "then {hero} saw the {toy} {place.at} .",
            "{place.at} sat the {toy} , waiting to be played with .",
            "the {toy} was the nicest thing that {hero} had .",
        ),
        step(
            "it was hard to give it away .",
            "{hero} stroked its {toy.part} and thought of all their games .",
            "are you quite sure ? asked mum .",
            "{hero} dusted it and kissed its {toy.part} one last time .",
        ),
        step(
            "{hero} wrapped it in {colour} paper with {pattern} on it .",
            "the {likeness.colour} ribbon was the colour of {likeness.thing} .",
            "{hero} found {a likeness.colour} ribbon , which made {hero.them} think of {likeness.thing} .",
            "on the card {hero.they} painted {pattern} and a big {colour} heart .",
        ),
        step(
            "{friend} pulled off the ribbon and gasped .",
            "at the party {friend} opened that parcel first of all .",
            "everyone gathered round {place} to see what was inside .",
        ),
        PRAISE,
        step(
            "{friend} let {hero} hold it all afternoon .",
            "we will share it , said {friend} , and so they did .",
            "giving felt even better than getting .",
            "{hero} went home {mood.after} .",
        ),
    ),
)

SURPRISE_PARTY = Plot(
    "a surprise party",
    "birthday",
    (
        step(
            "{hero} woke up early , for it was {hero.their} birthday .",
            "today {hero} was {age} years old at last .",
            "{hero} jumped out of bed and told the {toy} what day it was .",
            "it was a birthday morning , and {hero} felt {mood} .",
        ),
        step(
            "but nobody said a word about it at breakfast .",
            "dad read the newspaper , and mum fed the {pet} .",
            "there was no card {place.at} and no cake in the kitchen .",
            "even {friend} walked past the gate without a wave .",
        ),
        step(
            "have they all forgotten ? {hero} asked the {toy} .",
            "{hero} sat on the doorstep with the {toy} and waited .",
            "a tear rolled down and landed on the {toy} .",
            "the morning was long and very quiet .",
        ),
        step(
            "then there was a giggle behind the door .",
            "all at once {hero} heard someone whisper {place.at} .",
            "but what was that {party_thing} doing {place.at} ?",
            "at {afternoon_hour} in the afternoon the bell rang .",
        ),
        step(
            "surprise ! shouted {friend} and all the others .",
            "out jumped {friend} with {number} balloons .",
            "the door flew open , and in came {friend} with an enormous cake .",
        ),
        step(
            "they played {game} until everyone was out of breath .",
            "one parcel was {parcel.shape} , and inside it was {a parcel.gift} .",
            "{friend} {music.played} the {music.instrument} , and the others danced .",
            "{sum.number} candles and one for luck made {sum.next} .",
            "inside {a parcel.shape} parcel {hero} found {a parcel.gift} .",
        ),
        step(
            "we only pretended , laughed mum .",
            "and the {toy} wore a paper hat as well .",
            "it was the loveliest birthday ever .",
            "when the last guest had gone , {hero} was {mood.after} .",
        ),
    ),
)

FAMILY = (BAKING, SOUP, PRESENT, SURPRISE_PARTY)
