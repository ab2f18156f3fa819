"""Exact inference in the story world: what the best possible reader knows, the floor of every loss curve.

`WindowReader` reads one stretch of a story, `PairReader` two; `windows` says which stretches there are and how often;
`texts` asks either alike, about texts that may be impossible; `floors` averages over many.
"""

from bertkit.story_world.posterior.evidence import Distribution
from bertkit.story_world.posterior.floors import (
    Floor,
    PairFloor,
    Window,
    WindowPair,
    hidden_token_floor,
    next_token_floor,
    pair_floor,
)
from bertkit.story_world.posterior.matching import Token
from bertkit.story_world.posterior.pair_reader import PairReader, PairReading, Unrelated
from bertkit.story_world.posterior.reader import Reading, WindowReader
from bertkit.story_world.posterior.texts import PairText, Text, Told, WindowText
from bertkit.story_world.posterior.windows import Cuts, PairCuts, consecutive_runs, runs, whole_stories

__all__ = [
    "Cuts",
    "Distribution",
    "Floor",
    "PairCuts",
    "PairFloor",
    "PairReader",
    "PairReading",
    "PairText",
    "Reading",
    "Text",
    "Token",
    "Told",
    "Unrelated",
    "Window",
    "WindowPair",
    "WindowReader",
    "WindowText",
    "consecutive_runs",
    "hidden_token_floor",
    "next_token_floor",
    "pair_floor",
    "runs",
    "whole_stories",
]
