"""Plots among other people: school, the market, the train, lost and found."""

from __future__ import annotations

from bertkit.story_world.grammar import Plot, step
from bertkit.story_world.steps import INTRODUCTION, PRAISE

SHOW_AND_TELL = Plot(
    "show and tell",
    "school",
    (
        step(
            "on {school_day} {hero} was to bring the {toy} to school .",
            "{hero} packed {hero.their} school bag and put the {toy} on top .",
            "{hero} put on {hero.their} {weather.garment} because it was {weather.sky} on the way .",
            "it was {weather.sky} , so {hero} wore {hero.their} {weather.garment} to school .",
        ),
        step(
            "{friend} , who sat in the front row , had brought {a show_thing} .",
            "one by one they stood up and told the class about their things .",
            "{hero} felt {mood} when it was {hero.their} turn .",
            "and what have you brought ? the teacher asked {hero} .",
        ),
        step(
            "but the {toy} was not in the bag !",
            "{hero} looked in the bag , and the {toy} was gone .",
            "but where was the {toy} ?",
        ),
        step(
            "somebody must have moved it , said the teacher .",
            "{hero} did not know what to say .",
            "the whole class looked under the {school_furniture} .",
            "when did you see it last ? asked {friend} .",
        ),
        step(
            "then {friend} ran off and found it {place.at} .",
            "there it lay {place.at} , where it had fallen out of the bag .",
            "is that it , {place.at} ? asked {friend} .",
        ),
        PRAISE,
        step(
            "{hero} told them how {hero.they} had got it from {relative} .",
            "the teacher hung a picture of it on the wall .",
            "when the bell rang , everyone wanted to hold it .",
            "{hero} told a long story about it , and nobody yawned .",
            "at the end of the lesson {hero} was {mood.after} .",
        ),
    ),
)

NEWCOMER = Plot(
    "the first day",
    "school",
    (
        step(
            "there was a new face in the class , and it belonged to {friend} .",
            "this is {friend} , said the teacher , who has come from far away .",
            "{friend} was new at school and knew nobody .",
        ),
        step(
            "at break {friend} stood {place.at} and looked at the ground .",
            "{friend} sat all alone {place.at} .",
            "nobody asked {friend} to play {game} .",
        ),
        step(
            "{hero} , who sat by the window , remembered {hero.their} own first day .",
            "{hero} saw it and thought for a moment .",
            "that morning {hero} had felt {mood} , but now {hero.they} forgot all about it .",
            "{hero} went {place.at} too and tried to think of something to say .",
        ),
        step(
            "would you like to hold my {toy} ? asked {hero} .",
            "{hero} took the {toy} out of {hero.their} bag and held it out .",
            "this is my {toy} , said {hero} {softly} .",
        ),
        PRAISE,
        step(
            "in the next lesson they learned that {sum.number} and one make {sum.next} .",
            "the teacher drew {a form.shape} and said that it looked like {form.thing} .",
            "one and {sum.number} make {sum.next} , wrote the teacher .",
            "after that they shared a bench and a box of {art_things} .",
        ),
        step(
            "from that day on they walked home together .",
            "{friend} smiled for the first time that day .",
            "tomorrow i will bring you {a show_thing} , said {friend} .",
            "a friend is a fine thing to take home from school .",
        ),
    ),
)

MARKET = Plot(
    "lost at the market",
    "market",
    (
        step(
            "it was market day , and dad took a big basket , {hero} and {friend} along .",
            "dad took {hero} and {friend} to the market , which was full of people and noise .",
            "{hero} put on {hero.their} {weather.garment} because it was {weather.sky} at the market .",
            "on {weekday} {hero} went to market with dad and {friend} .",
        ),
        step(
            "the {seller.person} sold {hero} and {friend} {seller.ware} .",
            "from the {seller.person} {hero} and {friend} bought {seller.ware} .",
            "dad bought {number} {fruits} and a bunch of {herb} .",
            "fresh {fruits} ! shouted a woman in {a colour} apron .",
        ),
        step(
            "{hero} stopped to look at some {fruits} , and then dad was gone .",
            "suddenly {hero} could not see dad any more .",
            "but in all that crowd {hero} and {friend} lost sight of dad .",
            "all at once there were only strange legs all round {hero} and {friend} .",
        ),
        step(
            "{hero} held the {toy} close and tried to be brave .",
            "{friend} took {hero} by the sleeve and did not let go .",
            "dad , where are you ? called {hero} .",
            "{hero} {mood.sign} , but {friend} began to cry .",
        ),
        step(
            "when we are lost , said {friend} , we should wait {place.at} .",
            "so they went to {place} and waited .",
            "they stood {place.at} and counted to {big_number} .",
            "the {townsperson} took them to {place} and waited with them .",
        ),
        step(
            "and there came dad , running with the basket !",
            "before long a familiar hat came through the crowd .",
            "there you are , cried dad , and hugged them both .",
        ),
        step(
            "how clever of you to wait {place.at} , said dad .",
            "as a treat there was {a treat} for each of them .",
            "{hero} was {need.state} , so dad bought {hero.them} {need.remedy} .",
            "and the {toy} got a ribbon from the {townsperson} .",
            "on the way home {hero} was {mood.after} .",
        ),
    ),
)

TRAIN = Plot(
    "the long journey",
    "train",
    (
        step(
            "{hero} and {friend} were going to visit auntie by train .",
            "one {weekday} {hero} and {friend} stood at the station and watched the engine puff .",
            "all aboard , called the guard , and {hero} and {friend} climbed in .",
            "{hero} wore {hero.their} {weather.garment} because it was {weather.sky} at the station .",
        ),
        step(
            "{hero} and {friend} found two seats and waved to mum .",
            "soon the {scenery} flew past , and {hero} felt {mood} .",
            "{friend} counted {seen_from_train} , and {hero} unpacked the {snack} .",
            "outside {a cry.animal} went {cry.sound} , but the train was faster .",
        ),
        step(
            "then {hero} felt in the bag and went pale .",
            "the {toy} ! cried {hero} , we have lost it !",
            "but where was the {toy} ?",
        ),
        step(
            "we had it {place.at} , said {friend} .",
            "they looked under the seats and between the bags .",
            "did we leave it {place.at} ? {hero} asked {friend} .",
        ),
        step(
            "do not worry , said the guard , lost things like to be found .",
            "the guard scratched his {grandpa_part} and said that he would ask .",
            "{hero} was {need.state} , so an old lady gave {hero.them} {need.remedy} .",
            "the guard looked everywhere , even in the {engine_part} .",
        ),
        step(
            "at the next stop the guard came back with the {toy} .",
            "your {toy} was {place.at} all the time , said the guard .",
            "a porter came running along the train with the {toy} in his arms .",
        ),
        step(
            (4, "this {toy} is so {praise} ."),
            (2, "this {toy} is so {praise} , said the guard ."),
            (1, "what {a praise} {toy} you have , said the guard ."),
            (1, "i had one just like it when i was small , said the guard ."),
        ),
        step(
            "toot , toot , went the train , and the journey went on .",
            "{hero} did not let go of it until they arrived .",
            "auntie met them with open arms and {a cake} cake .",
            "when they arrived , {hero} was {mood.after} .",
        ),
    ),
)

FINDER = Plot(
    "found in the street",
    "lost and found",
    (
        INTRODUCTION,
        step(
            "on the way home {hero} saw {a toy} {place.at} .",
            "one {weekday} {a toy} lay {place.at} , all alone .",
            "somebody had left {a toy} {place.at} .",
        ),
        step(
            "it had {a colour} ribbon and looked a little lost .",
            "{hero} picked it up and brushed off the dust .",
            "who could have lost you ? asked {hero} .",
            "it looked {mood} , or so {hero} thought .",
        ),
        step(
            "{hero} asked the {townsperson} , but nobody knew whose it was .",
            "{hero} wrote {number} notes and put them up all over town .",
            "{hero} painted a big sign that said , found , one {toy} .",
            "that {toy} is so {scorn} , said {scoffer} , nobody will want it back .",
        ),
        step(
            "{number} days went by , and nobody came .",
            "at night {hero.they} told it stories about {book_topic} .",
            "{hero} gave it a place by the window and began to like it very much .",
            "this {toy} is so {praise} , thought {hero} , and who will come for it ?",
        ),
        step(
            "then there was a knock at the door , and there stood {friend} .",
            "but on {weekday} {friend} came by and looked at it with big eyes .",
            "then {hero} met {friend} , who was looking for something {place.at} .",
        ),
        step(
            "you have found it , cried {friend} , and hugged the {toy.short} .",
            "that is mine , said {friend} , i lost it {place.at} .",
            "i have looked for it everywhere , said {friend} {softly} .",
        ),
        step(
            "it was not easy , but {hero} gave it back .",
            "but {hero} had found something better , and that was a friend .",
            "you can visit us every {weekday} , said {friend} .",
            "after that the two of them met every day to play {game} .",
            "in the end {hero} was {mood.after} .",
        ),
    ),
)

TOWN = (SHOW_AND_TELL, NEWCOMER, MARKET, TRAIN, FINDER)
