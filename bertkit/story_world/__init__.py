"""The story world: a probabilistic grammar that tells short children's stories, seeded and without end."""

from bertkit.story_world.world import STORYBOOK, Choice, Latents, Story, StoryWorld, world_about

__all__ = ["STORYBOOK", "Choice", "Latents", "Story", "StoryWorld", "world_about"]
