"""The controls over the picture of who may see whom, and matrices that cannot be shown."""

import pytest
import torch

from bertkit.notebook import InformationFlow, theme

TOKENS = ["[CLS]", "this", "teddy", "bear", "is", "so", "<cute>", "."]
T = len(TOKENS)
CAUSAL = torch.ones(T, T).tril().bool()
BLIND = ~torch.ones(T, T).tril(1).triu(1).bool()


def flow(**changed):
    return InformationFlow(
        **(
            {"tokens": TOKENS, "masks": {"causal": CAUSAL, "all but <it>": BLIND}, "measured": {"mine": BLIND}}
            | changed
        )
    )


def test_the_controls_choose_what_is_shown():
    shown = flow()
    assert "causal: with 1 layer, 0 of 7" in shown.view.value
    shown.matrix.value = "all but <it>"
    assert "all but &lt;it&gt;: with 1 layer, 0 of 7" in shown.view.value
    shown.layers.value = 2
    assert "with 2 layers, 7 of 7" in shown.view.value
    assert "all but <it>: with 2 layers, 7 of 7" in repr(shown)
    shown.output.value = 4
    assert shown.picture.question().startswith("The output at `is`")
    assert str(shown.picture.to_html()) == shown.view.value


@pytest.mark.parametrize(("wanted", "shown_at"), [(-3, 0), (5, 5), (T + 2, T - 1)])
def test_the_output_stays_within_the_sentence(wanted, shown_at):
    shown = flow(output=1)
    shown.output.field.value = wanted
    assert shown.output.value == shown.output.slider.value == shown.picture.output == shown_at


def test_the_path_is_walked_step_by_step_and_again():
    shown = flow(output=3)
    shown.matrix.value, shown.layers.value = "all but <it>", 2
    seen = []
    for _ in range(3):
        shown.walk.click()
        seen.append(len(shown.picture.steps()))
    assert seen == [1, 2, 1]
    shown.layers.value = 3
    assert len(shown.picture.steps()) == 3


def test_what_has_no_path_cannot_be_walked():
    shown = flow()
    assert shown.walk.disabled
    shown.matrix.value = "all but <it>"
    assert shown.walk.disabled
    shown.layers.value = 2
    assert not shown.walk.disabled
    shown.output.value = T - 1
    assert shown.walk.disabled


def test_a_measured_matrix_has_neither_layers_nor_paths():
    shown = flow()
    shown.layers.value = 2
    shown.matrix.value = "mine"
    assert shown.layers.layout.display == "none"
    assert shown.walk.layout.display == "none"
    assert "mine (measured): 0 of 7 outputs depend" in repr(shown)
    shown.matrix.value = "causal"
    assert shown.layers.layout.display is None
    assert shown.walk.layout.display is None
    assert "mine (measured): 0 of 7" in repr(flow(masks=None))


def test_every_control_has_a_name():
    shown = flow()
    assert shown.output.field.description
    assert shown.walk.description
    assert shown.walk.tooltip
    assert [label for radio in (shown.matrix, shown.layers) for label in radio._options_labels] == [
        *("causal", "all but <it>", "mine (measured)"),
        *("1 layer", "2 layers", "3 layers"),
    ]


def test_every_form_is_there():
    bundle = flow()._repr_mimebundle_()
    assert bundle["text/plain"] == repr(flow())
    assert str(flow().picture.to_html()) in bundle["text/html"]
    assert bundle[theme.WIDGET_VIEW]["model_id"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"tokens": ["one"]}, r"two tokens or more, got \['one'\]"),
        ({"masks": None, "measured": None}, "at least one mask or one measured matrix"),
        ({"masks": {}, "measured": {}}, "at least one mask or one measured matrix"),
        ({"measured": {"causal": CAUSAL}}, r"\['causal'\] name a mask and a measured matrix"),
        ({"output": T}, f"a position from 0 to 7, got {T}"),
        ({"output": -1}, "a position from 0 to 7, got -1"),
        (
            {"masks": {"float": CAUSAL.float()}},
            r"mask 'float' must be torch.bool .* got torch.float32 of",
        ),
        ({"masks": {"small": CAUSAL[1:, 1:]}}, r"mask 'small' .* of shape \(8, 8\), got torch.bool of shape \(7, 7\)"),
        ({"measured": {"batch": CAUSAL[None]}}, r"measured matrix 'batch' .* got torch.bool of shape \(1, 8, 8\)"),
        ({"masks": {"list": [[True]]}}, r"mask 'list' .* got \[\[True\]\]"),
    ],
)
def test_what_cannot_be_shown_is_named(changed, message):
    with pytest.raises(ValueError, match=message):
        flow(**changed)
