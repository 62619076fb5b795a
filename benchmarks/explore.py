"""How long a control of notebook 01 takes to redraw its figure, beside drawing the same lines with matplotlib alone."""

import io
import itertools

from shared.timing import in_turn, show

from replicate.derivations import offence_counts
from replicate.display import use_theme
from replicate.display.controls import explore
from replicate.display.offence_counts import recorded_series
from replicate.vocabulary.parameters import OffenceCounts

PEER = "matplotlib alone"
ROUNDS = 15


def main() -> None:
    use_theme()
    import matplotlib.pyplot as plt

    parameters = OffenceCounts()
    explored = explore(
        parameters, recorded_series, ["definition", "vintage", "territory"], interactive=True
    )
    definition = explored.children[0]
    names = itertools.cycle(OffenceCounts.choices()["definition"])
    held = offence_counts.series(parameters).query("complete")

    def turn() -> None:
        definition.value = next(names)

    def draw() -> None:
        fig, axes = plt.subplots()
        for kind, rows in held.groupby("kind"):
            axes.plot(rows["year"], rows["count"], label=kind)
        axes.legend()
        fig.savefig(io.StringIO(), format="svg")
        plt.close(fig)

    ways = {PEER: draw, "a control turned": turn}
    in_turn(ways, 3)
    show("Redrawing a figure", {"notebook 01": in_turn(ways, ROUNDS)}, peer=PEER)


if __name__ == "__main__":
    main()
