# RIGHT: an Enum with a method; Enum itself raises ValueError with the name
from enum import Enum


class Recipe(Enum):
    END_TO_END = "end-to-end"
    FROZEN = "frozen"
    CACHED = "cached"

    def flops_per_parameter(self, tokens, epochs):
        seen = tokens if self is Recipe.CACHED else tokens * epochs
        return seen * (6 if self is Recipe.END_TO_END else 2)


def training_flops(encoder_parameters, tokens, epochs, recipe):
    return encoder_parameters * Recipe(recipe).flops_per_parameter(tokens, epochs)
