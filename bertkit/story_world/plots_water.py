"""Plots by the water: the seaside and the pond."""

from __future__ import annotations

from bertkit.story_world.grammar import Plot, step
from bertkit.story_world.steps import PRAISE

SANDCASTLE = Plot(
    "the castle on the beach",
    "seaside",
    (
        step(
            "the sea was calm , and {hero} and {friend} had the beach to themselves .",
            "on the first day of the holidays {hero} and {friend} ran down to the beach .",
            "{hero} had felt {mood} all the way to the seaside , but {friend} could not wait to swim .",
            "the gulls were crying , and {hero} raced {friend} to the water .",
        ),
        step(
            "let us build a castle {place.at} , said {friend} .",
            "{hero} chose a flat spot {place.at} and began to dig .",
            "soon a castle stood {place.at} , with {number} towers .",
        ),
        step(
            "{friend} found {shell} shells for the windows .",
            "they made a wall of pebbles and a flag of seaweed .",
            "{friend} brought a shell that was {likeness.colour} like {likeness.thing} .",
            "the {toy} sat on the highest tower like a king .",
        ),
        step(
            "but the tide was coming in .",
            "then came a wave , and after it a bigger one .",
            "oh no , the water is coming , cried {friend} .",
            "nobody saw how near the waves had come .",
        ),
        step(
            "they dug a deep ditch , but it was no use .",
            "{hero} snatched up the {toy} just in time .",
            "with a great splash the wall fell down .",
            "one by one the towers melted away .",
        ),
        step(
            "never mind , said {hero} , the sea wanted a castle too .",
            "{friend} began to laugh , and then they both laughed .",
            "tomorrow we will build a bigger one {place.at} , said {friend} .",
        ),
        step(
            "then they ate {seaside_food} and counted the ships .",
            "{hero} was {need.state} , so mum gave {hero.them} {need.remedy} .",
            "mum had {need.remedy} ready , because they were all so {need.state} .",
            "when they went home , {hero} was {mood.after} .",
            "at bedtime there was still sand in the {toy.part} of the {toy} .",
        ),
    ),
)

ROCK_POOL = Plot(
    "the rock pool",
    "seaside",
    (
        step(
            "one day , when the tide was out , {hero} and {friend} went to look at the rock pools .",
            "one {weekday} {hero} and {friend} climbed over the stones with a net and a bucket .",
            "it was low tide , and {hero} took {friend} to the far end of the beach .",
        ),
        step(
            "{hero} and the {toy} looked into a pool {place.at} .",
            "there was a pool {place.at} , as clear as glass .",
            "{friend} lay down {place.at} and looked into the water .",
        ),
        step(
            "there were {pool_animals} in it , and a fish as small as a pin .",
            "something {sea_motion.moved} past , and it was {a sea_motion.animal} .",
            "between the weeds {sea_motion.moved} {a sea_motion.animal} .",
            "look at all the {pool_animals} , said {friend} .",
        ),
        step(
            "{hero} leaned too far , and the {toy} fell in with a plop .",
            "splash ! the {toy} had slipped out of {hero.their} {hero.hands} .",
            "a wave lifted the {toy} and carried it out of reach .",
            "oh no , cried {hero} , for the {toy} was floating away .",
        ),
        step(
            "but an old crab took it by the {toy.part} and pulled .",
            "{friend} waded in up to {friend.their} knees .",
            "{friend} held out a long {pole} , and slowly the little one came back .",
        ),
        step(
            "the {toy} was dried on a warm stone , and soon it was as good as new .",
            "{hero} laid the {toy} {place.at} to dry .",
            "not even its {toy.part} was hurt .",
            "{friend} wrapped the {toy.short} in a towel .",
        ),
        PRAISE,
        step(
            "thank you , said {hero} , and shared {hero.their} {seaside_food} .",
            "{hero} never let go of the little thing again that day .",
            "they waved goodbye to the {pool_animals} and went home .",
        ),
    ),
)

DUCKLING = Plot(
    "the lost duckling",
    "pond",
    (
        step(
            "the pond was green and still , and {hero} and {friend} threw pebbles into it .",
            "{hero} and {friend} sat down by the pond to eat some {snack} .",
            "it was a warm day , and {hero} and {friend} watched the {pond_insects} over the pond .",
            "{hero} walked {mood.way} down to the pond with {friend} and the {toy} .",
        ),
        step(
            "{sum.number} ducklings swam by , and one more made {sum.next} .",
            "a mother duck went past with {number} ducklings .",
            "far away {a cry.animal} went {cry.sound} .",
            "in the grass something {pond_motion.moved} , and it was {a pond_motion.animal} .",
        ),
        step(
            "but {place.at} sat one small duckling all alone .",
            "then there was a thin little voice {place.at} .",
            "but what was that , {place.at} ?",
        ),
        step(
            "a duckling had caught its foot in the weeds .",
            "peep , peep , cried a duckling , and nobody came .",
            "the poor little thing had lost its mother .",
        ),
        step(
            "{hero} took off {hero.their} shoes and stepped into the water .",
            "{friend} made a bridge out of {a plank} .",
            "hold the {toy} for me , said {hero} , and waded in .",
            "with careful {hero.hands} {hero} set it free .",
        ),
        step(
            "the mother duck came back and quacked loudly .",
            "off it paddled , as fast as its feet would go .",
            "soon the whole family was together again .",
        ),
        step(
            "the two friends sat down {place.at} and dried their feet .",
            "perhaps it will remember us , said {friend} .",
            "{hero} was {mood.after} and wet to the knees .",
            "that night {hero} told the {toy} the whole story again .",
            "{hero} and {friend} quacked all the way home .",
        ),
    ),
)

BOAT_RACE = Plot(
    "the race across the pond",
    "pond",
    (
        step(
            "on {weekday} {hero} and {friend} took their boat to the great race on the pond .",
            "everybody built a boat for the great race , and so did {hero} and {friend} .",
            "{hero} and {friend} had been building a raft all week .",
        ),
        step(
            "it had {a colour} sail and a mast of {wood} .",
            "its sail was {likeness.colour} like {likeness.thing} .",
            "they called it the {boat_name} and painted the name on its side .",
        ),
        step(
            "the {toy} was allowed to be the captain .",
            "{hero} put the {toy} on board and tied it to the mast .",
            "{hero} felt {mood} when the others lined up {place.at} .",
        ),
        step(
            "ready , steady , go , shouted the old heron .",
            "a whistle blew , and off they went .",
            "{number} little boats set off from {place} .",
        ),
        step(
            "but then the wind dropped , and nothing moved .",
            "halfway across they got stuck {place.at} .",
            "a gust of wind turned them round and round .",
        ),
        step(
            "blow , cried {friend} , and they blew as hard as they could .",
            "{hero} splashed with both {hero.hands} to make waves .",
            "a friendly {pond_animal} gave them a push .",
        ),
        step(
            "they came in last , but everyone clapped .",
            "in the end they were second , which is very good .",
            "hurrah , they won by the length of a leaf !",
            "it took them until {meal} , but they got there .",
        ),
        step(
            "the {toy} was given a medal made of {medal} .",
            "that was fun , said {friend} , shall we go again ?",
            "{hero} was {mood.after} .",
            (2, "this {toy} is so {praise} , said the old heron ."),
        ),
    ),
)

WATER = (SANDCASTLE, ROCK_POOL, DUCKLING, BOAT_RACE)
