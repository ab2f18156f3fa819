"""Plots under the open sky: the garden, the snow, the windy hill."""

from __future__ import annotations

from bertkit.story_world.grammar import Plot, step
from bertkit.story_world.steps import INTRODUCTION, PRAISE

SEEDS = Plot(
    "a bag of seeds",
    "garden",
    (
        INTRODUCTION,
        step(
            "in spring dad gave {hero} a bag of seeds .",
            "one day {hero} found {number} seeds in a paper bag .",
            "the garden was bare and brown after the winter .",
            "dad said that it was time to sow the {flower} .",
        ),
        step(
            "{hero} dug a hole {place.at} .",
            "{friend} from next door brought {a garden_tool} and a can of water .",
            "with {hero.their} own {hero.hands} {hero} made a row of holes {place.at} .",
            "they put the seeds {place.at} and covered them with earth .",
        ),
        step(
            "every morning they went out to look , and every morning there was nothing .",
            "a week went by , and not a leaf could be seen .",
            "why does nothing happen ? asked {hero} .",
            "the {toy} was set on guard to keep the {garden_thief} away .",
        ),
        step(
            "be patient , said dad , seeds like to sleep .",
            "{hero} and {friend} sang to the seeds and told them a story .",
            "then came {number} days of soft rain .",
            "on some days {hero} felt {mood} and on others not , but the seeds slept on .",
        ),
        step(
            "look , cried {friend} , something green !",
            "and one day a tiny shoot stood {place.at} .",
            "overnight the earth had cracked open {place.at} .",
        ),
        step(
            "by the summer there were {flower} {place.at} .",
            "a butterfly came by , {likeness.colour} like {likeness.thing} .",
            "one butterfly looked like {likeness.thing} , because it was so {likeness.colour} .",
            "soon the {garden_visitor} came to see , and the {toy} sat in the middle of it all .",
        ),
        step(
            "{hero} picked the best one for mum .",
            "a garden needs time , said dad , just like you .",
            "{hero} stood among the leaves and was {mood.after} .",
            "next year we will sow {vegetable} , said {friend} .",
        ),
    ),
)

TREASURE = Plot(
    "the old map",
    "garden",
    (
        step(
            "{hero} and {friend} were playing pirates behind the house .",
            "{hero} and {friend} were reading about {book_topic} when an old map fell out of the book .",
            "look , {hero} , called {friend} , and waved a piece of yellow paper with a map on it .",
            "{hero} was sitting {mood.way} in the grass when {friend} came with a map .",
        ),
        step(
            "the map showed a path , a well and {place} .",
            "a red cross marked a spot {place.at} .",
            "take {number} steps from the gate , it said , and then dig {place.at} .",
        ),
        step(
            "{hero} carried the spade , and {friend} carried the {toy} .",
            "the {toy} was the captain and watched from a stone .",
            "{hero} dug until {hero.their} {hero.hands} were brown with earth .",
            "we must hurry , said {friend} , or the {garden_thief} will get there first .",
        ),
        step(
            "at first there were only worms , and {friend} wanted to give up .",
            "all they found was {a junk} .",
            "{hero} {mood.sign} and leaned on the spade .",
            "{friend} wiped {friend.their} face and said that treasure was never easy .",
        ),
        step(
            "clonk ! the spade had hit something .",
            "something under the earth felt as {touch.quality} as {touch.thing} .",
            "then there was a clink , and they all stood still .",
            "{hero} put a finger on it , and it was as {touch.quality} as {touch.thing} .",
        ),
        step(
            "it was a box , and in the box were {treasure} .",
            "the lid was stiff , but inside there were {treasure} .",
            "wrapped in {a fabric} cloth lay {treasure} .",
        ),
        step(
            "grandma laughed , for she had hidden it there as a girl .",
            "they shared the treasure , one for you and one for me .",
            "in the evening they hid it again for somebody else to find .",
            "and who got the best piece ? it was the {toy} .",
        ),
    ),
)

SNOWMAN = Plot(
    "a friend made of snow",
    "snow",
    (
        step(
            "in the night it had snowed , and the world of {hero} and {friend} was white .",
            "{hero} looked out of the window and saw {friend} standing in deep snow .",
            "the first snow of the winter had come , and {hero} ran to call {friend} .",
            "{hero} had felt {mood} for days , but now there was snow , and {friend} was at the door .",
        ),
        step(
            "{hero} put on {hero.their} {winter_garment} and ran outside .",
            "they pulled their sledge through the white fields to {place} .",
            "their boots went crunch , crunch , all the way to {place} .",
        ),
        step(
            "they rolled a big ball and then a smaller one {place.at} .",
            "let us make a snowman {place.at} , said {friend} .",
            "{hero} pushed and {friend} pulled , and the snowman grew and grew .",
        ),
        step(
            "for the {snowman.part} they took {snowman.thing} .",
            "{hero} brought {snowman.thing} for the {snowman.part} .",
            "{friend} gave it {a colour} scarf and patted its back .",
            "it had a crooked smile and a very round tummy .",
        ),
        step(
            "but it looked lonely , standing there in the cold .",
            "do you think that it feels {mood} ? asked {friend} .",
            "who will keep it company tonight ? asked {hero} .",
            "{friend} was afraid that it might be bored at night .",
        ),
        step(
            "so {hero} set the {toy} on its shoulder .",
            "so they let the {toy} stay with it until {meal} .",
            "{hero} sat the {toy} in its arms , and it seemed to smile .",
        ),
        PRAISE,
        step(
            "then they went in and drank {hot_drink} by the fire .",
            "that night the moon shone on two friends in the snow .",
            "{hero} rubbed {hero.their} cold {hero.hands} and went in .",
            "in the morning there was {a bird} on its hat .",
        ),
    ),
)

KITE = Plot(
    "the kite on the hill",
    "windy hill",
    (
        step(
            "it was a windy day , and {hero} and {friend} went up the hill .",
            "the wind had been {wind_doing} since breakfast , and {friend} came to fetch {hero} .",
            "{hero} , {friend} and the {toy} climbed the hill behind the house .",
            "{hero} had felt {mood} all morning , but now {friend} and the wind were calling .",
        ),
        step(
            "their {likeness.colour} kite looked like {likeness.thing} .",
            "they had a kite like {likeness.thing} , because the paper was {likeness.colour} .",
            "they had a kite with a long tail of {fabric} ribbons .",
            "dad had made them a kite out of sticks and {colour} paper .",
        ),
        step(
            "up it went , higher than {place} .",
            "{hero} ran , {friend} let go , and up it went .",
            "it pulled and danced like a living thing .",
            "{a bird} flew round it and wondered what it was .",
        ),
        step(
            "but then the string broke with a snap .",
            "all at once the wind turned , and down it came .",
            "oh no , it got caught {place.at} .",
        ),
        step(
            "it hung {place.at} and flapped like a tired bird .",
            "we cannot reach it {place.at} , said {friend} .",
            "{hero} {mood.sign} and looked up at {place} .",
            "{hero} stood on {hero.their} toes , but it was no use .",
        ),
        step(
            "then {a bird} flew up and pulled it loose .",
            "a tall farmer came by with a ladder .",
            "{friend} shook and shook , and at last it came down .",
            "the wind was sorry and blew it down again .",
        ),
        step(
            "there was only one small hole in it , and nobody minded .",
            "{hero} tied a knot in the string , and off they ran .",
            "from up there they could see the {landmark} and the sea .",
        ),
        step(
            "when the lights came on in the valley , they went home .",
            "{hero} was {mood.after} .",
            "the {toy} wants to fly too , said {friend} , but perhaps next time .",
            "we will come back on {weekday} , said {hero} .",
        ),
    ),
)

LAND = (SEEDS, TREASURE, SNOWMAN, KITE)
