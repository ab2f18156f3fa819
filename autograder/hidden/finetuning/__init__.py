"""Hidden tests of the lesson `finetuning`."""
