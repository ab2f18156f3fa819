"""Pairs of sentences, the reader's own guess whether the second follows, and then what every judge made of them.

Next-sentence prediction (BERT, arXiv 1810.04805, section 3.1) asks whether the second of two sentences follows the
first. How hard that is depends on where the negatives come from, so pairs are shown by kind of negative.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ipywidgets import HTML, Button, Checkbox, HBox, Layout, RadioButtons, VBox
from markupsafe import Markup

from bertkit.notebook import theme
from bertkit.notebook.judged_pair import JudgedPair

SEGMENTS = (theme.Style("0", "first sentence", theme.BLUE), theme.Style("1", "second sentence", theme.VERMILION))
SHARED = theme.Style("=", "on both sides", theme.GREEN)
UNDECIDED = theme.Style("≈", "undecided", theme.GREY)
OPEN = theme.Style("●", "open", theme.BLUE)

BAR = "display:block;position:absolute;top:0px;height:12px"

QUESTION = "Does the second sentence follow the first? Guess, then the judges speak."


class PairViewer(VBox):  # type: ignore[misc]
    """Pairs to guess at, one after the other, with the judges' verdicts once a guess is made.

    Its controls are `kind`, `previous`, `following`, `follows`, `follows_not` and `mark_shared`. The first guess at a
    pair counts. How often every judge was right is told for a kind as soon as one of its pairs has been guessed at;
    where no buttons live, it is told at once.

    Args:
        pairs: by the name of a kind of negative; for each kind one pair or more.

    Raises:
        ValueError: there is no kind, or one without pairs.

    >>> tokens, segments = "[CLS] it snowed . [SEP] they were glad . [SEP]".split(), [0] * 5 + [1] * 5
    >>> pair = JudgedPair("It snowed.", "They were glad.", True, tokens, segments, {"topic rule": 0.4, "limit": 0.9})
    >>> viewer = PairViewer({"random": [pair]})
    >>> viewer.guess(True)
    True
    >>> print(viewer)
    Pair 1 of 1, negatives: random
      first   It snowed.
      second  They were glad.
      segment 0: [CLS] it snowed . [SEP]
      segment 1: they were glad . [SEP]
    ✔ You were right: it follows. Your score: 1 of 1.
      topic rule  ████░░░░░░  0.40  does not follow  ✘
      limit       █████████░  0.90  follows          ✔
    Right, by kind of negative:
      random: topic rule 0 of 1 (0 %), limit 1 of 1 (100 %), you 1 of 1 (100 %)
    """

    def __init__(self, pairs: Mapping[str, Sequence[JudgedPair]]) -> None:
        self._pairs = {kind: list(some) for kind, some in pairs.items()}
        if not self._pairs:
            raise ValueError("give at least one kind of negative")
        if empty := [kind for kind, some in self._pairs.items() if not some]:
            raise ValueError(f"no pairs of the kinds {empty}")
        self._places = dict.fromkeys(self._pairs, 0)
        self._guesses: dict[tuple[str, int], bool] = {}
        self.kind = RadioButtons(options=list(self._pairs), layout=Layout(width="auto"))
        self.previous = _button("Previous pair", "chevron-left", "Before the first comes the last")
        self.following = _button("Next pair", "chevron-right", "After the last comes the first")
        self.follows = _button("It follows", "check", "Guess: the second sentence follows the first")
        self.follows_not = _button(
            "It does not follow", "times", "Guess: the second sentence does not follow the first"
        )
        self.mark_shared = Checkbox(description="Mark words that stand on both sides", indent=False)
        self.view, self.answer = HTML(), HTML()
        rows = (self.previous, self.following, self.mark_shared), (self.follows, self.follows_not)
        turn, guess = (HBox(row, layout=Layout(flex_flow="row wrap")) for row in rows)
        super().__init__([self.kind, turn, self.view, guess, self.answer])
        self.kind.observe(self._redraw, "value")
        self.mark_shared.observe(self._redraw, "value")
        self.previous.on_click(lambda _: self._move(-1))
        self.following.on_click(lambda _: self._move(1))
        self.follows.on_click(lambda _: self.guess(True))
        self.follows_not.on_click(lambda _: self.guess(False))
        self._redraw()

    @property
    def pair(self) -> JudgedPair:
        """The one that is shown."""
        return self._pairs[self.kind.value][self._places[self.kind.value]]

    @property
    def guessed(self) -> bool | None:
        """What the reader said of the pair that is shown; None as long as he has not guessed."""
        return self._guesses.get((self.kind.value, self._places[self.kind.value]))

    @property
    def score(self) -> tuple[int, int]:
        """How many of the reader's guesses were right, and how many he made."""
        rights = [follows == self._pairs[kind][at].is_next for (kind, at), follows in self._guesses.items()]
        return sum(rights), len(rights)

    def guess(self, follows: bool) -> bool:
        """Guess at the pair that is shown, as a button does; the first guess counts. Returns whether that is right."""
        self._guesses.setdefault((self.kind.value, self._places[self.kind.value]), follows)
        self._redraw()
        return self.guessed == self.pair.is_next

    def _move(self, by: int) -> None:
        kind = self.kind.value
        self._places[kind] = (self._places[kind] + by) % len(self._pairs[kind])
        self._redraw()

    def _redraw(self, _: object = None) -> None:
        self.follows.disabled = self.follows_not.disabled = self.guessed is not None
        self.view.value = self._pair_html()
        self.answer.value = self._answer_html() + self._summary_html({kind for kind, _ in self._guesses})

    def summary(self) -> dict[str, dict[str, tuple[float, int]]]:
        """By kind and judge, and for the reader as `you`: how often right, and how often asked."""
        told = {}
        for kind, pairs in self._pairs.items():
            judges = dict.fromkeys(judge for pair in pairs for judge in pair.verdicts)
            credits = {judge: [pair.credit(judge) for pair in pairs if judge in pair.verdicts] for judge in judges}
            own = [float(said == pairs[at].is_next) for (of, at), said in self._guesses.items() if of == kind]
            told[kind] = {name: (sum(each), len(each)) for name, each in (credits | {"you": own}).items()}
        return told

    def _title(self) -> str:
        kind = self.kind.value
        return f"Pair {self._places[kind] + 1} of {len(self._pairs[kind])}, negatives: {kind}"

    def _truth(self) -> tuple[theme.Style, str]:
        """How the guess met the truth, or the question."""
        if self.guessed is None:
            return OPEN, QUESTION
        right, made = self.score
        met = "You were right" if self.guessed == self.pair.is_next else "Not this time"
        style = theme.RIGHT if self.guessed == self.pair.is_next else theme.WRONG
        return style, f"{met}: it {_words(self.pair.is_next)}. Your score: {right} of {made}."

    def _verdicts(self) -> list[tuple[str, float, str, theme.Style]]:
        """Each judge's name, probability, words, and whether it was right; none before the guess."""
        pair = self.pair
        return [
            (
                judge,
                float(verdict),
                _words(verdict > 0.5) if verdict != 0.5 else "cannot tell",
                _met(pair.credit(judge)),
            )
            for judge, verdict in pair.verdicts.items()
            if self.guessed is not None
        ]

    def _marked(self) -> set[str]:
        return self.pair.shared if self.mark_shared.value else set()

    def __repr__(self) -> str:
        lines = [self._title(), f"  first   {self.pair.first}", f"  second  {self.pair.second}"]
        for segment, tokens, padding in self.pair.runs():
            row = [f"={token}=" if token in self._marked() else token for token in tokens]
            row += [f"(+{padding} [PAD])"] if padding else []
            lines.append(f"  segment {segment}: {' '.join(row)}")
        style, truth = self._truth()
        lines.append(f"{style.mark} {truth}")
        verdicts = self._verdicts()
        width = max((len(judge) for judge, *_ in verdicts), default=0)
        for judge, probability, words, met in verdicts:
            bar = "█" * round(10 * probability)
            lines.append(f"  {judge:{width}}  {bar:░<10}  {probability:.2f}  {words:15}  {met.mark}")
        lines.append("Right, by kind of negative:")
        for kind, told in self.summary().items():
            lines.append(f"  {kind}: " + ", ".join(f"{judge} {_share(*each)}" for judge, each in told.items()))
        return "\n".join(lines)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        note = Markup("<p><i>Run this cell in JupyterLab to guess and to see more pairs.</i></p>")
        static = self._pair_html() + self._answer_html() + self._summary_html(self._pairs) + note
        return theme.mime_bundle(self, static, repr(self))

    def _pair_html(self) -> Markup:
        sentence = Markup('<div style="{}"><small style="{}">{}</small> {}</div>')
        pair = self.pair
        sentences = [
            sentence.format(theme.PANEL, theme.FAINT, style.name, text)
            for style, text in zip(SEGMENTS, (pair.first, pair.second), strict=True)
        ]
        boxes = []
        for segment, tokens, padding in pair.runs():
            boxes += [_token(token, segment, token in self._marked()) for token in tokens]
            boxes += [Markup("<small>+{} [PAD]</small>").format(padding)] if padding else []
        legend = "Under each token stands its segment id."
        if self.mark_shared.value:
            shared = ", ".join(sorted(pair.shared)) or "none"
            legend += f" {SHARED.mark} marks words {SHARED.name}: {shared}."
        return Markup(
            '<div style="{}"><div role="status"><b>{}</b></div>{}<div style="line-height:1.3">{}</div>'
            '<small style="{}">{}</small></div>'
        ).format(
            theme.font(), self._title(), Markup("").join(sentences), Markup(" ").join(boxes), theme.FAINT, legend
        )  # fmt: skip

    def _answer_html(self) -> Markup:
        cell = Markup('<td style="text-align:left;padding:2px 8px;white-space:nowrap">{}</td>')
        rows = []
        for judge, probability, words, met in self._verdicts():
            cells = [_bar(probability), f"{probability:.2f}", words, f"{met.mark} {met.name}"]
            head = Markup('<th scope="row" style="text-align:left;padding:2px 8px">{}</th>').format(judge)
            rows.append(Markup("<tr>{}{}</tr>").format(head, Markup("").join(map(cell.format, cells))))
        table = Markup(
            '<div style="{}"><table><caption>probability that the second sentence follows</caption>{}</table></div>'
        )
        told = table.format(theme.SCROLL, Markup("").join(rows)) if rows else Markup("")
        return Markup('<div style="{}">{}{}</div>').format(theme.font(), theme.callout(*self._truth(), live=True), told)

    def _summary_html(self, kinds: Collection[str]) -> Markup:
        """How often every judge was right; only that a guess comes first where the kind is not among `kinds`."""
        told = self.summary()
        judges = [*dict.fromkeys(name for each in told.values() for name in each if name != "you"), "you"]
        cell = Markup('<td style="text-align:left;padding:2px 8px">{}</td>')
        head = Markup('<th scope="{}" style="text-align:left;padding:2px 8px">{}</th>')
        rows = []
        for kind, each in told.items():
            cells = [cell.format(_share(*each[judge]) if judge in each else "-") for judge in judges]
            if kind not in kinds:
                cells = [Markup('<td colspan="{}" style="text-align:left">guess at one first</td>').format(len(judges))]
            rows.append(Markup("<tr>{}{}</tr>").format(head.format("row", kind), Markup("").join(cells)))
        heads = Markup("").join(head.format("col", name) for name in ["negatives", *judges])
        return Markup(
            '<div style="{};{}"><table><caption>right, by kind of negative</caption>'
            "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>"
        ).format(theme.font(), theme.SCROLL, heads, Markup("").join(rows))


def _button(description: str, icon: str, tooltip: str) -> Button:
    return Button(description=description, icon=icon, tooltip=tooltip, layout=Layout(width="auto"))


def _words(follows: bool) -> str:
    return "follows" if follows else "does not follow"


def _met(credit: float) -> theme.Style:
    return UNDECIDED if credit == 0.5 else theme.RIGHT if credit else theme.WRONG


def _share(right: float, asked: int) -> str:
    return f"{right:g} of {asked} ({right / asked:.0%})".replace("%", " %") if asked else "-"


def _token(token: str, segment: int, shared: bool) -> Markup:
    """A token over its segment id; the id, not the colour, says which sentence it belongs to."""
    style = SHARED if shared else SEGMENTS[segment]
    return Markup(
        '<span title="{}" style="display:inline-block;vertical-align:top;text-align:center;padding:1px 4px;margin:1px;'
        'border:{} {};background-color:{}">{}<small style="display:block">{}</small></span>'
    ).format(
        f"segment {segment}, {SEGMENTS[segment].name}" + f", {SHARED.name}" * shared,
        "3px solid" if shared else "1px solid",
        style.colour,
        theme.tint(SEGMENTS[segment].colour, 0.15),
        f"{SHARED.mark} {token}" if shared else token,
        segment,
    )


def _bar(probability: float) -> Markup:
    """A probability as a filled length, with a line at one half."""
    return Markup(
        '<span title="{:.2f}" style="display:inline-block;position:relative;width:140px;height:12px;'
        'border:1px solid {}"><span style="{};left:0px;width:{:.0f}%;background-color:{}"></span>'
        '<span style="{};left:50%;border-left:1px dashed"></span></span>'
    ).format(
        probability, theme.GREY, BAR, 100 * probability, theme.tint(theme.BLUE, 0.6), BAR
    )  # fmt: skip
