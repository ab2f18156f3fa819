"""What a model guesses behind `[MASK]` while it learns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from markupsafe import Markup
from tokenizers import Tokenizer

from bertkit.data.tokenizer import special_ids
from bertkit.inference.fill_mask import Guess, fill_mask
from bertkit.model.bert import BertForMaskedLM, BertForPreTraining
from bertkit.notebook import theme


class Row(NamedTuple):
    """The guesses after one step, for each sentence the likeliest first."""

    step: float
    guesses: list[list[Guess]]


class LiveFillMask:
    """The likeliest words behind `[MASK]`: before the first step, then after steps 1, 2, 4, 8 and so on, and now.

    It shows itself beneath curves that it is given to (`LiveCurves(guesses=...)`), which also ask it to look. A look
    draws no random number and leaves the model's mode as it was, so that a training watched gives the same weights.

    Args:
        model: learns elsewhere; with a head for masked tokens.
        tokenizer: the model's own.
        sentences: each with one `[MASK]`. As a mapping, with the right word, which is then marked wherever it is among
            the guesses.
        top_k: guesses shown.

    Raises:
        ValueError: there is no sentence, one has not just one `[MASK]`, or a right word is no token of the vocabulary.
    """

    def __init__(
        self,
        model: BertForMaskedLM | BertForPreTraining,
        tokenizer: Tokenizer,
        sentences: Mapping[str, str] | Iterable[str],
        top_k: int = 3,
    ) -> None:
        self.model, self.tokenizer, self.top_k = model, tokenizer, top_k
        right = sentences if isinstance(sentences, Mapping) else {}
        self.sentences = {
            sentence: _token(tokenizer, right[sentence]) if sentence in right else ""
            for sentence in ([] if isinstance(sentences, str) else sentences)
        }
        if not self.sentences:
            raise ValueError(f"sentences must be one or more in a list or a mapping, got {sentences!r}")
        mask = special_ids(tokenizer).mask
        for sentence in self.sentences:
            if (count := tokenizer.encode(sentence).ids.count(mask)) != 1:
                raise ValueError(f"{sentence!r} has {count} [MASK]; write one, and a second sentence for a second one")
        self.rows: list[Row] = []
        self._here = self._due = 0.0
        self._passing = False

    def look(self, step: float = 0, now: bool = False) -> None:
        """Ask the model if this step is the next to be kept, or with `now` at any later step than the last one.

        What was asked with `now` makes way for the next look.
        """
        self._here = step
        due = step >= self._due
        if not due and not (now and step > self.rows[-1].step):
            return
        guesses = [fill_mask(self.model, self.tokenizer, text, self.top_k)[0] for text in self.sentences]
        if self._passing:
            self.rows.pop()
        self.rows.append(Row(step, guesses))
        self._passing = not due
        if due:
            self._due = max(1, 2 * step)

    def _labels(self) -> list[str]:
        """What each row is called."""
        return [
            f"{'now: ' * (row.step == self._here)}step {row.step:,.0f}" if row.step else "start" for row in self.rows
        ]

    def to_text(self) -> str:
        """One block a sentence, one line a step."""
        lines = [f"The {self.top_k} likeliest words behind [MASK] ({theme.RIGHT.mark} the right one)"]
        labels = self._labels()
        for index, (sentence, right) in enumerate(self.sentences.items()):
            lines.append(f"  {sentence}" + (f"  ({theme.RIGHT.mark} {right})" if right else ""))
            for label, row in zip(labels, self.rows, strict=True):
                lines.append(f"    {label:>{max(map(len, labels))}}  {_said(row.guesses[index], right)}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return self.to_text()

    def _repr_html_(self) -> str:
        return str(self.to_html())

    def to_html(self) -> Markup:
        """The same as a table, to stand in other HTML: a row a step, a column a sentence."""
        head = Markup('<th scope="col" style="text-align:left;padding:2px 10px">{}{}</th>')
        side = Markup('<th scope="row" style="text-align:right;padding:2px 10px;white-space:nowrap">{}</th>')
        cell = Markup('<td style="text-align:left;padding:2px 10px">{}</td>')
        answer = Markup('<br><span style="font-weight:normal">{} {}</span>')
        heads = [
            head.format(text, answer.format(theme.RIGHT.mark, right) if right else "")
            for text, right in self.sentences.items()
        ]
        body = [
            Markup("<tr>{}{}</tr>").format(
                side.format(label),
                Markup("").join(
                    cell.format(_marked(guesses, right))
                    for guesses, right in zip(row.guesses, self.sentences.values(), strict=True)
                ),
            )
            for label, row in zip(self._labels(), self.rows, strict=True)
        ]
        return Markup(
            '<div style="{};{}"><table style="border-collapse:collapse;margin:6px 0px">'
            '<caption style="text-align:left">{}</caption>'
            "<thead><tr><td></td>{}</tr></thead><tbody>{}</tbody></table></div>"
        ).format(
            theme.font(), theme.SCROLL,
            f"The {self.top_k} likeliest words behind [MASK] as the model learns; {theme.RIGHT.mark} the right one",
            Markup("").join(heads), Markup("").join(body),
        )  # fmt: skip


def _token(tokenizer: Tokenizer, word: str) -> str:
    """The word as the tokenizer writes it."""
    encoded = tokenizer.encode(word, add_special_tokens=False)
    if len(encoded.ids) != 1 or encoded.ids[0] == special_ids(tokenizer).unk:
        raise ValueError(f"the right word {word!r} is no single token of the vocabulary, so that it cannot be guessed")
    return str(encoded.tokens[0])


def _words(guess: Guess, right: str) -> str:
    percent = 100 * guess.probability
    share = "<0.1" if percent < 0.1 else f"{percent:.1f}" if percent < 1 else f"{percent:.0f}"
    return f"{theme.RIGHT.mark} " * (guess.token == right) + f"`{guess.token}` {share} %"


def _said(guesses: list[Guess], right: str) -> str:
    return " · ".join(_words(guess, right) for guess in guesses)


def _marked(guesses: list[Guess], right: str) -> Markup:
    box = Markup('<span style="white-space:nowrap;border:1px solid {};background-color:{};padding:0px 4px">{}</span>')
    plain = Markup('<span style="white-space:nowrap">{}</span>')
    return Markup(" · ").join(
        box.format(theme.RIGHT.colour, theme.tint(theme.RIGHT.colour), theme.inline(_words(guess, right)))
        if guess.token == right
        else plain.format(theme.inline(_words(guess, right)))
        for guess in guesses
    )
