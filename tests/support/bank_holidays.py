"""Writes the bank holidays that calendars go by, a line a year, as the holidays library has them.

`python tests/support/bank_holidays.py > shared/src/mash_shared/policy/bank_holidays.json`
"""

import json

from holidays import country_holidays

REGIONS = ("ENG", "WLS", "SCT", "NIR")
YEARS = range(2000, 2101)


def main() -> None:
    """Write the file to standard output."""
    regions = (f'"GB-{region}": {{\n{_years(region)}\n}}' for region in REGIONS)
    print("{\n" + ",\n".join(regions) + "\n}")


def _years(region: str) -> str:
    days = {year: country_holidays("GB", subdiv=region, years=year) for year in YEARS}
    lines = (
        f'  "{year}": {json.dumps([day.isoformat() for day in sorted(found)])}'
        for year, found in days.items()
    )
    return ",\n".join(lines)


if __name__ == "__main__":
    main()
