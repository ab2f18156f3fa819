"""Cost of 1, 2, 4 and 8 times the text: preparing it, one epoch of training, memory. As Markdown, one thread.

    python tests/benchmarks/corpus_scaling.py [STORIES]

Each row runs in a process of its own, whose peak memory is what the row says; the first row holds what Python, torch
and the model need anyway. Preparing tells the stories, learns the vocabulary and tokenizes.
"""

import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

FACTORS = (1, 2, 4, 8)
STORIES, BATCH = 5000, 64


def measure(stories: int) -> str:
    """One row of the table."""
    import torch

    from bertkit.data.corpus import prepare_stories
    from bertkit.data.reading import Reader
    from bertkit.model.bert import SIZES, BertForPreTraining
    from bertkit.objectives.mlm import MaskedLanguageModelling
    from bertkit.training.pretrain import PretrainingSettings, pretrain

    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        start = perf_counter()
        corpus = prepare_stories(Path(folder) / "corpus", stories)
        prepared = perf_counter() - start
        model = BertForPreTraining(SIZES["nano"].config(corpus.vocab_size))
        objective = MaskedLanguageModelling(corpus.ids.mask, corpus.vocab_size)
        # An example has 46 tokens on average; a second drawn from elsewhere is counted with the example it is in.
        steps = corpus.training.token_count // (46 * BATCH)
        settings = PretrainingSettings(steps=steps, batch_size=BATCH, warmup_steps=0)
        start = perf_counter()
        tokens = sum(step.tokens for step in pretrain(model, Reader(corpus.training, corpus.ids), objective, settings))
        trained = perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"| {corpus.training.token_count:,} | {prepared:.1f} | {corpus.training.token_count / prepared:,.0f} | "
        f"{trained:.1f} | {tokens / trained:,.0f} | {peak:,.0f} |"
    )


def main(stories: int) -> None:
    """Print the table."""
    print("| tokens | preparing, s | tokens/s | an epoch, s | tokens/s | peak memory, MiB |")
    print("| --- | --- | --- | --- | --- | --- |", flush=True)
    for factor in FACTORS:
        subprocess.run([sys.executable, __file__, "--row", str(factor * stories)], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--row"]:
        print(measure(int(sys.argv[2])), flush=True)
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else STORIES)
