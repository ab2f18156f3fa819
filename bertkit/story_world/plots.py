"""All plots, and how often each is told."""

from __future__ import annotations

from bertkit.story_world.grammar import weighted
from bertkit.story_world.plots_family import FAMILY
from bertkit.story_world.plots_house import HOUSE
from bertkit.story_world.plots_land import LAND
from bertkit.story_world.plots_opinions import ADVENTURES, OPINIONS, RIDDLES
from bertkit.story_world.plots_town import TOWN
from bertkit.story_world.plots_water import WATER

# Told twice as often: some forty adjectives of opinion, and the rows of the links, have to come often enough to be
# learned from.
PLOTS = weighted(
    *((plot, 1.0) for plot in (*HOUSE, *FAMILY, *LAND, *WATER, *TOWN, *ADVENTURES)),
    *((plot, 2.0) for plot in (*OPINIONS, *RIDDLES)),
)
