"""A BERT library that is small enough to read: the encoder, its objectives, its heads, its training loops.

Every folder is a concept and every module one idea under the field's own name. Imports point downward only, from a
folder to those above it in this table, and never in a circle:

1. `randomness`, `atomic`: seeds by purpose, files that are whole or not there
2. `story_world`: the stories, and what can be known of them
3. `data`: tokenizer, text, token store, examples, batches
4. `tasks`: labelled tasks of BERT's four families
5. `objectives`: next token, masked tokens, next sentence, both together, spans
6. `model`: configuration, attention, encoder, heads, the models, how they are saved
7. `evaluation`: metrics, what nobody can beat, what a model looks at
8. `inference`: asking a trained model
9. `training`: optimiser, schedule, loop, state, runs
10. `finetuning`: labelled rows, the loop, scores
11. `notebook`, `cli`: widgets and commands
"""

__version__ = "0.1.0"
