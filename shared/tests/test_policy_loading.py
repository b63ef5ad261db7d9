"""A pack that cannot be used is refused with file, key, value and fix."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mash_shared.policy import Duration, PackInvalidError, PackProblem, load_packs
from mash_shared.policy.__main__ import app

DEPLOYED = Path(__file__).parents[2] / "deploy" / "policies"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("stated-defaults", "havering"):
        shutil.copy(DEPLOYED / f"{name}.toml", tmp_path)
    return tmp_path


def problems(folder: Path) -> tuple[PackProblem, ...]:
    with pytest.raises(PackInvalidError) as refused:
        load_packs(folder)
    return refused.value.problems


def edit(folder: Path, old: str, new: str) -> None:
    file = folder / "havering.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


FORM = [
    ('first_recorders = ["b', 'first_recorder = ["b', "contact.first_recorder", "spelling"),
    ('version = "1.0"\n', "", "council.version", "write what the council's page says"),
    ('"hours", ', "", "hours", "where the page is silent add 'hours' to `silent`"),
    ('"hours", ', '"hours", "zebras", ', "silent", "there is no stated default"),
    ('"hours", ', '"hours", "gate", ', "gate", "a page cannot be both"),
    ('assumed = ["', 'assumed = ["hours", "', "assumed", "write the assumed value of hours"),
    ("red = { hours = 4 }", "red = { hours = -4 }", "clocks.enquiry.red.hours", "greater than 0"),
    ("red = { hours = 4 }", 'red = { hours = "4" }', "clocks.enquiry.red.hours", "integer"),
    (
        "red = { hours = 4 }",
        "red = { hours = 4, minutes = 5 }",
        "clocks.enquiry.red",
        "give exactly one of minutes, hours",
    ),
    ('roles = ["mash_manager"]', 'roles = ["boss"]', "gate.roles.0", "'mash_manager'"),
    (
        'roles = ["mash_manager"]',
        'roles = ["mash_manager", "mash_manager"]',
        "gate.roles",
        "once only",
    ),
    ("roles = [", "roles = 7 # [", "gate.roles", "tuple"),
    ("silent = [", "silent = 7\nquiet = [", "silent", "tuple"),
]


@pytest.mark.rule("O11")
@pytest.mark.parametrize(("old", "new", "key", "fix"), FORM)
def test_a_mistake_of_form_names_file_key_value_and_fix(
    folder: Path, old: str, new: str, key: str, fix: str
) -> None:
    edit(folder, old, new)
    found = {problem.key: problem for problem in problems(folder)}
    assert found[key].file.endswith("havering.toml")
    assert found[key].value
    assert fix in found[key].fix


HOURS = '[hours]\ntimezone = "Europe/London"\nbank_holidays = "GB-ENG"\n[hours.week]\n'
CONTRADICTIONS = [
    ('id = "havering"', 'id = "camden"', "council.id", "name the file camden.toml"),
    ('"housing", "probation", "domestic-abuse"]', '"housing", "probation"]',
     "partners.mandatory", "an enquiry goes to members only"),
    ('members = ["', 'members = ["camhs", "', "partners.members", "[agencies.camhs]"),
    ('name = "Health"', 'name = "education"', "agencies.health.name", "two agencies"),
    ('mandatory = ["police", "health", "education", "probation", "domestic-abuse"]',
     'mandatory = ["housing"]', "partners.mandatory", "no enquiry can ever be sent"),
    ("red = { hours = 4 }", "red = { hours = 2 }",
     "clocks.agency_check.red", "no longer than clocks.enquiry.red, which is 2 hours"),
    ("red = { hours = 4 }", "red = { working_hours = 3 }",
     "clocks.enquiry.red", "red lane runs through nights"),
    ("other = { working_days = 1 }", "other = { working_days = 2 }",
     "clocks.agency_check.other", "which is 1 working day"),
    ('decider_roles = ["mash_manager"]', 'decider_roles = ["screening_team"]',
     "deciding.decider_roles", "add screening_team to [roles]"),
    ('e = "early_help", c', 'e = "child_protection", c', "consent.rules.0", "nothing stops"),
    ('ride", overridable = true', 'ride", overridable = false', "consent.rules.2", "nothing stops"),
    ('without = "refuse", overridable = false', 'without = "refuse", overridable = true',
     "consent.rules.0.overridable", "what can be overridden is not required"),
    ('without = "refuse"', 'without = "explain"', "consent.rules.0.without", "belongs to"),
    ('service = "child_in_need", consent', 'service = "early_help", consent',
     "consent.rules.0", "keep one rule"),
    ('service = "child_in_need", consent', 'service = "x", consent',
     "consent.rules.1.service", "one of contact.services"),
    ('referrer = "any", service = "any"', 'referrer = "public", service = "any"',
     "consent.rules", "for what no other rule names"),
    ('kind = "child_in_need_assessment", statutory_basis = "s17"',
     'kind = "child_in_need_assessment"',
     "outcomes.child_in_need.statutory_basis", "write s17 or s47"),
    ('kind = "early_help" }', 'kind = "early_help", statutory_basis = "s17" }',
     "outcomes.early_help.statutory_basis", "none for all else"),
    ('public = { told = "acknowledgement"', 'public = { told = "outcome"',
     "notices.referrers.public.told", "only professionals may learn an outcome"),
    ('public = { told = "acknowledgement", template = "public_acknowledgement", ',
     'public = { told = "acknowledgement", ',
     "notices.referrers.public.template", "a template is needed"),
    ('path = "child_concern", service = "early_help"', 'path = "child_concern", service = "tea"',
     "contact.request_types.early_help.service", "one of contact.services"),
    ('child_protection = "Children\'s', 'protection = "Children\'s',
     "contact.protection_service", "one of contact.services"),
]  # fmt: skip


@pytest.mark.rule("O11")
@pytest.mark.parametrize(("old", "new", "key", "fix"), CONTRADICTIONS)
def test_a_pack_that_contradicts_itself_is_refused(
    folder: Path, old: str, new: str, key: str, fix: str
) -> None:
    edit(folder, old, new)
    assert any(problem.key == key and fix in problem.fix for problem in problems(folder))


@pytest.mark.rule("X1")
@pytest.mark.parametrize(
    ("written", "key"),
    [
        ('must_differ = true\nrecommendation_required = true\ndecider_roles = ["social_worker"]',
         "deciding.must_differ"),
        ('must_differ = true\nrecommendation_required = false\ndecider_roles = ["mash_manager"]',
         "deciding.recommendation_required"),
    ],
)  # fmt: skip
def test_two_people_need_two_roles_and_a_recommendation(
    folder: Path, written: str, key: str
) -> None:
    edit(folder, '"deciding.must_differ", "deciding.recommendation_required",', "")
    edit(folder, 'decider_roles = ["mash_manager"]', written)
    assert key in {problem.key for problem in problems(folder)}


@pytest.mark.rule("K2")
def test_every_kind_of_referrer_needs_a_notice_and_channels_come_in_order(folder: Path) -> None:
    edit(folder, '"notices.referrers.anonymous",', "")
    edit(folder, '"notices.telephone_before",', "")
    edit(folder, "[notices.referrers]", "[notices]\ntelephone_before = { hours = 9 }\n\n"
         "[notices.referrers]")  # fmt: skip
    assert {problem.key for problem in problems(folder)} == {
        "notices.referrers.anonymous",
        "notices.telephone_before",
    }


@pytest.mark.rule("O9")
@pytest.mark.parametrize(
    ("written", "key", "fix"),
    [
        (HOURS.replace("London", "Londres") + 'monday = {opens = "09:00", closes = "17:00"}',
         "hours.timezone", "IANA"),
        (HOURS + 'monday = {opens = "17:00", closes = "09:00"}', "hours.week.monday",
         "later than `opens`"),
        (HOURS + 'monday = {opens = 9, closes = "17:00"}', "hours.week.monday.opens", '"09:00"'),
        (HOURS, "hours.week", "at least 1"),
        (HOURS.replace("GB-ENG", "FR") + "monday = {opens = 09:00:00, closes = 17:00:00}",
         "hours.bank_holidays", "GB-ENG"),
        (HOURS + 'monday = {opens = "09:00", closes = "17:00"}\n[hours.closures]\n'
         '2026-06-08 = "x"\n[hours.openings.2026-06-08]\nopens = "10:00"\ncloses = "11:00"\n'
         'reason = "y"', "hours.closures.2026-06-08", "remove one"),
    ],
)  # fmt: skip
def test_impossible_hours_are_refused(folder: Path, written: str, key: str, fix: str) -> None:
    edit(folder, '"hours", ', "")
    edit(folder, "[threshold]", f"{written}\n[threshold]")
    found = {problem.key: problem.fix for problem in problems(folder)}
    assert fix in found[key]


def test_a_file_that_is_not_toml_is_refused(folder: Path) -> None:
    edit(folder, "[agencies]", "[agencies]\n" + 'police = { name = "Police" }')
    (found,) = problems(folder)
    assert (found.key, found.value) == ("the file", "not TOML")
    assert "line" in found.fix


def test_all_problems_of_all_files_are_told_at_once(folder: Path) -> None:
    (folder / "camden.toml").write_bytes(b"\xff")
    edit(folder, 'id = "havering"', 'id = "camden"')
    assert {Path(problem.file).name for problem in problems(folder)} == {
        "camden.toml",
        "havering.toml",
    }


def test_a_folder_without_packs_is_refused(tmp_path: Path) -> None:
    (found,) = problems(tmp_path)
    assert "one pack per council" in str(found)


def test_silence_needs_stated_defaults(folder: Path) -> None:
    (folder / "stated-defaults.toml").unlink()
    assert any("no stated default" in problem.fix for problem in problems(folder))


def test_a_mark_inside_a_value_that_is_no_section_is_refused(folder: Path) -> None:
    edit(folder, '"hours", ', "")
    edit(folder, '"out_of_hours", ', '"out_of_hours", "hours.week", ')
    edit(folder, "silent = [", "hours = 7\nsilent = [")
    assert "hours" in {problem.key for problem in problems(folder)}


@pytest.mark.rule("O15")
def test_a_fifth_council_is_one_more_file(folder: Path) -> None:
    text = (folder / "havering.toml").read_text(encoding="utf-8")
    fifth = text.replace('id = "havering"', 'id = "marshwood"').replace("Havering", "Marshwood")
    (folder / "marshwood.toml").write_text(fifth, encoding="utf-8")
    packs = load_packs(folder)
    assert packs.of("marshwood").council.name == "London Borough of Marshwood"
    assert packs.of("marshwood").version != packs.of("havering").version


def test_the_table_is_printed_and_a_broken_pack_is_said(folder: Path) -> None:
    run = CliRunner()
    assert "Havering" in run.invoke(app, ["--folder", str(folder)]).output
    assert "| Front door |" in run.invoke(app, ["--folder", str(folder), "--markdown"]).output
    edit(folder, 'id = "havering"', 'id = "camden"')
    broken = run.invoke(app, ["--folder", str(folder)])
    assert broken.exit_code == 1
    assert "council.id" in broken.output


@pytest.mark.rule("J2")
def test_reminders_come_in_rising_order_and_working_hours_are_compared(folder: Path) -> None:
    edit(folder, '"clocks.agency_check.red", ', "")
    edit(folder, '"clocks.chase",', "")
    edit(folder, "[clocks.agency_check]", "[clocks.chase]\nred = [0.9, 0.5]\nother = [0.5]\n\n"
         "[clocks.agency_check]\nred = { hours = 3 }")  # fmt: skip
    assert [problem.key for problem in problems(folder)] == ["clocks.chase.red"]
    assert Duration(working_hours=3).surely_longer_than(Duration(working_hours=2))
    assert not Duration(working_hours=30).surely_longer_than(Duration(hours=2))
