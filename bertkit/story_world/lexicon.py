"""The values of the latents: who is in a story, the toys, the moods, the places."""

from __future__ import annotations

from collections.abc import Mapping

from bertkit.story_world.grammar import Character, Mood, Place, Toy, Weighted, weighted

SHE = ("she", "her", "her")
HE = ("he", "him", "his")
IT = ("it", "it", "its")

CAST = weighted(
    (Character("mia", "girl", *SHE, "hand", "hands"), 10),
    (Character("ben", "boy", *HE, "hand", "hands"), 10),
    (Character("lily", "girl", *SHE, "hand", "hands"), 7),
    (Character("tom", "boy", *HE, "hand", "hands"), 7),
    (Character("rusty", "fox", *HE, "paw", "paws"), 6),
    (Character("clover", "rabbit", *SHE, "paw", "paws"), 6),
    (Character("nora", "girl", *SHE, "hand", "hands"), 5),
    (Character("bramble", "hedgehog", *HE, "paw", "paws"), 5),
    (Character("oscar", "boy", *HE, "hand", "hands"), 4),
    (Character("dot", "mouse", *SHE, "paw", "paws"), 4),
    (Character("biscuit", "puppy", *IT, "paw", "paws"), 4),
    (Character("ruby", "girl", *SHE, "hand", "hands"), 3),
    (Character("leo", "boy", *HE, "hand", "hands"), 3),
    (Character("hazel", "squirrel", *SHE, "paw", "paws"), 3),
    (Character("sooty", "kitten", *IT, "paw", "paws"), 3),
    (Character("barnaby", "badger", *HE, "paw", "paws"), 2),
)

TOYS = weighted(
    (Toy("teddy bear", "bear", "ear", "soft"), 16),
    (Toy("rag doll", "doll", "arm", "floppy"), 7),
    (Toy("wooden horse", "horse", "tail", "smooth"), 6),
    (Toy("toy duck", "duck", "beak", "yellow"), 5),
    (Toy("tin robot", "robot", "arm", "shiny"), 5),
    (Toy("cloth rabbit", "rabbit", "ear", "velvety"), 4),
    (Toy("paper boat", "boat", "sail", "white"), 3),
    (Toy("red kite", "kite", "tail", "bright"), 3),
    (Toy("woolly lamb", "lamb", "leg", "fluffy"), 3),
    (Toy("glove puppet", "puppet", "nose", "stripy"), 2),
    (Toy("clockwork frog", "frog", "key", "green"), 2),
    (Toy("painted elephant", "elephant", "trunk", "grey"), 2),
)

MOODS = weighted(
    (Mood("happy", "happily", "smiled", "happier than ever"), 6),
    (Mood("sad", "sadly", "sighed", "not sad any more"), 5),
    (Mood("excited", "eagerly", "hopped", "much too excited to sit still"), 4),
    (Mood("shy", "shyly", "blushed", "not shy any more"), 3),
    (Mood("tired", "sleepily", "yawned", "tired but very happy"), 3),
    (Mood("lonely", "quietly", "sniffed", "not lonely any more"), 3),
    (Mood("grumpy", "grumpily", "frowned", "not grumpy any more"), 3),
    (Mood("worried", "nervously", "swallowed", "not worried at all"), 2),
    (Mood("proud", "proudly", "grinned", "prouder than a king"), 2),
    (Mood("curious", "curiously", "blinked", "already wondering about tomorrow"), 2),
)


def places(*entries: str) -> Weighted[Place]:
    """Places from `name / at` strings; the r-th, from 1, weighs 1 / (r + 1)."""
    pairs = [entry.split(" / ") for entry in entries]
    return weighted(*((Place(name, at), 1.0 / (rank + 2)) for rank, (name, at) in enumerate(pairs)))


PLACES: Mapping[str, Weighted[Place]] = {
    "bedtime": places(
        "the bed / under the bed",
        "the curtain / behind the curtain",
        "the toy box / in the toy box",
        "the armchair / behind the armchair",
        "the window seat / on the window seat",
        "the wardrobe / in the wardrobe",
    ),
    "kitchen": places(
        "the table / under the table",
        "the stove / beside the stove",
        "the pantry / in the pantry",
        "the sink / by the sink",
        "the dresser / on the dresser",
    ),
    "birthday": places(
        "the sofa / on the sofa",
        "the stairs / under the stairs",
        "the fireplace / beside the fireplace",
        "the piano / next to the piano",
        "the balcony / on the balcony",
    ),
    "workshop": places(
        "the workbench / on the workbench",
        "the lamp / under the lamp",
        "the window / by the window",
        "the tool chest / on the tool chest",
        "the paint pots / among the paint pots",
    ),
    "rainy day": places(
        "the chimney / beside the chimney",
        "the old trunk / in the old trunk",
        "the rocking chair / behind the rocking chair",
        "the beam / under the beam",
        "the mirror / in front of the mirror",
    ),
    "garden": places(
        "the apple tree / under the apple tree",
        "the shed / behind the shed",
        "the wall / beside the wall",
        "the rose bush / near the rose bush",
        "the bean poles / between the bean poles",
        "the scarecrow / next to the scarecrow",
    ),
    "seaside": places(
        "the rocks / behind the rocks",
        "the pier / under the pier",
        "the lighthouse / below the lighthouse",
        "the fishing boat / beside the fishing boat",
        "the dunes / among the dunes",
    ),
    "snow": places(
        "the gate / by the gate",
        "the fir tree / under the fir tree",
        "the barn / behind the barn",
        "the hedge / next to the hedge",
        "the frozen stream / beside the frozen stream",
    ),
    "pond": places(
        "the willow / under the willow",
        "the reeds / among the reeds",
        "the bridge / below the bridge",
        "the jetty / beside the jetty",
        "the water lilies / between the water lilies",
    ),
    "windy hill": places(
        "the oak / in the oak",
        "the windmill / on the windmill",
        "the tall pine / in the tall pine",
        "the barn roof / on the barn roof",
        "the old tower / on the old tower",
    ),
    "school": places(
        "the coat pegs / under the coat pegs",
        "the book corner / in the book corner",
        "the climbing frame / beside the climbing frame",
        "the school gate / at the school gate",
        "the blackboard / in front of the blackboard",
    ),
    "market": places(
        "the fountain / beside the fountain",
        "the clock tower / under the clock tower",
        "the fish stall / behind the fish stall",
        "the statue / in front of the statue",
        "the carousel / next to the carousel",
    ),
    "train": places(
        "the luggage rack / on the luggage rack",
        "the waiting room / in the waiting room",
        "the dining car / in the dining car",
        "the ticket office / outside the ticket office",
        "platform two / on platform two",
    ),
    "lost and found": places(
        "the bus stop / at the bus stop",
        "the park bench / on the park bench",
        "the library / outside the library",
        "the postbox / beside the postbox",
        "the bakery / in front of the bakery",
    ),
}
