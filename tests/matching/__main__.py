"""`make matching`: how well the hub finds the same person, beside Splink; fails below target."""

import argparse
import asyncio
import sys

from matching.hard import hard_pairs
from matching.million import million


def main() -> None:
    """Measure, print, and leave with 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="matching", description=__doc__)
    parser.add_argument("--million", action="store_true", help="time one look among a million")
    parser.add_argument("--records", type=int, default=1_000_000, help="how many instead")
    parser.add_argument("--estimate", action="store_true", help="count m and u again, on FEBRL 3")
    asked = parser.parse_args()
    if asked.million:
        sys.exit(not asyncio.run(million(asked.records)))
    if asked.estimate:
        from matching.estimate import estimate  # noqa: PLC0415 - pandas is there for this alone

        estimate()
        return
    met = [_on_febrl(), _on_hard_pairs()]
    sys.exit(not all(met))


def _on_febrl() -> bool:
    from matching import measure  # noqa: PLC0415 - pandas is there for this alone
    from matching.febrl import febrl4  # noqa: PLC0415
    from matching.splinks import splink  # noqa: PLC0415

    pairs = febrl4()
    ours = [
        measure.hub("the hub, no numbers", pairs, {}),
        measure.hub(
            "the hub, slips fail the check digit", pairs, measure.numbers_with_slips(pairs)
        ),
        measure.hub("the hub, every number passes it", pairs, measure.numbers_all_valid(pairs)),
    ]
    theirs = [
        splink("Splink, no numbers", pairs, numbers=False),
        splink("Splink, with numbers", pairs, numbers=True),
    ]
    print(f"FEBRL 4: {len(pairs.true)} true pairs\n{measure.HEAD}")
    print("\n".join(one.row() for one in (*ours, *theirs)))
    print("compared: share of true pairs that share a key; found: possible or certain")
    print("certain-, possible-: false certain pairs; false possible pairs per hundred contacts")
    return all(one.meets_targets for one in ours)


def _on_hard_pairs() -> bool:
    pairs = hard_pairs()
    wrong = [pair for pair in pairs if pair.answer != pair.right]
    false = [pair for pair in pairs if pair.is_falsely_certain]
    print(
        f"\nHard pairs: {len(pairs) - len(wrong)} of {len(pairs)} right, {len(false)} false certain"
    )
    for pair in wrong:
        print(f"  {pair.kind}: {pair.answer}, not {pair.right}")
    return not false and all(pair.answer == pair.but for pair in wrong)


main()
