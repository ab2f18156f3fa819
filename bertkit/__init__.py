"""A BERT library that is small enough to read: the encoder, its objectives, its heads, its training loops.

Every module is one concept under the field's own name, and imports point downward only:

1. settings and data: `config`, `randomness`, `labels`, `tokenizer`, `text`, `story_world`, `metrics`
2. `attention`, `influence`, `freeze`, `token_store`, `tasks`, `batches`, `reading`, `corpus`
3. `encoder`, `heads`, `objectives`
4. `models`, `optimization`
5. `huggingface` (tables of names), `checkpoint`, `labelled`, `training_state`, `processes`, `runs`
6. `pretrain`, `evaluation`, `floors`, `fill_mask`, `probes`, `finetune`, `predict`, `scoring`
7. `notebook` (widgets), `cli`
"""

__version__ = "0.1.0"
