"""What the benchmarks calculate, count and write down. What they measure, they measure themselves."""

import datetime
import json
import subprocess
import sys
import time

import pytest

from bench import main, meter, record, standstill

HEAD = "# Benchmarks\n\nHow to run them.\n"
A = "## a\n\nold a\n\n### deeper\n\nof a\n"
B = "## b\n\nold b\n"


def pairs(*both):
    return [record.Pair(*each) for each in both]


# ---- arithmetic ---------------------------------------------------------------------------------


def test_the_ratio_is_the_median_of_the_pairs_own_ratios():
    """Of the medians it would be 3 / 2: what disturbs one pair disturbs both of its halves."""
    line = record.Comparison("it", pairs((1, 1), (2, 4), (3, 1), (8, 10), (9, 2))).row()
    assert line == "| it | 3.0 s | 2.0 s | **1.00** | 0.50 to 4.50 | 5 |"


def test_the_median_of_an_even_number_lies_in_the_middle():
    line = record.Comparison("it", pairs(*[(n, 1) for n in (1, 2, 3, 4, 50, 60)])).row()
    assert "| 3.5 s | 1.0 s | **3.50** |" in line


def test_short_times_are_told_in_milliseconds():
    assert "| 0.120 s | 0.040 s |" in record.Comparison("it", pairs(*[(0.12, 0.04)] * 5)).row()


@pytest.mark.parametrize("number", [0, 1, 4])
def test_fewer_than_five_pairs_are_no_figure(number):
    with pytest.raises(record.TooFewPairs, match=rf"{number} pairs .* at least 5"):
        record.Comparison("it", pairs(*[(1, 1)] * number)).row()


def test_a_time_that_is_none_is_a_defect_of_the_measurement():
    with pytest.raises(ValueError, match="0"):
        record.Pair(1, 0)


# ---- the section --------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [HEAD + "\n" + A + "\n" + B, HEAD + "\n" + B + "\n" + A])
def test_a_section_is_replaced_with_what_is_below_it_and_the_others_stay(text):
    new = record.replaced(text, "a", "new a")
    assert HEAD in new
    assert B in new
    assert "## a\n\nnew a\n" in new
    assert "old a" not in new
    assert "of a" not in new
    assert new.index("## a") > new.index("## b") or text.index("## a") < text.index("## b")
    assert record.replaced(new, "a", "new a") == new


def test_a_new_section_comes_last():
    assert record.replaced(HEAD + "\n" + A, "b", "new b") == HEAD + "\n" + A + "\n## b\n\nnew b\n"


def test_a_name_that_begins_like_another_is_another():
    text = HEAD + "\n## a, staged\n\nstaged\n\n" + B
    new = record.replaced(text, "a", "new a")
    assert "## a, staged\n\nstaged\n" in new
    assert new.endswith("## a\n\nnew a\n")


def test_a_heading_in_a_code_block_is_none():
    text = HEAD + "\n## a\n\n```\n## b\n```\n\nrest of a\n\n" + B
    assert "rest of a" not in record.replaced(text, "a", "new a")
    assert record.replaced(text, "b", "new b").count("## b\n") == 2
    assert "```\n## b\n```\n\nrest of a" in record.replaced(text, "b", "new b")


def test_the_command_writes_machine_and_date_into_the_file(tmp_path):
    file = tmp_path / "benchmarks.md"
    file.write_text(HEAD + "\n" + B)
    record.write(file, "a", "figures", where=["2 processors", "2026-11-28"])
    assert file.read_text() == HEAD + "\n" + B + "\n## a\n\n2 processors, 2026-11-28\n\nfigures\n"


def test_surroundings_name_what_a_reader_has_to_know():
    told = " ".join(record.surroundings())
    assert "processor" in told
    assert "GB" in told
    assert "load" in told
    assert str(datetime.datetime.now(datetime.timezone.utc).year) in told


# ---- processor time -----------------------------------------------------------------------------

BURN = "import time\nwhile time.process_time() < 0.3: pass\n"


def metered(folder, *command):
    """Runs a command under the meter; what that has noted."""
    file = folder / "notes"
    run = subprocess.run(
        [sys.executable, "-B", meter.__file__, file, *command], check=False, timeout=60
    )
    note = json.loads(file.read_text().splitlines()[-1])
    return run.returncode, note


def test_the_meter_counts_what_a_child_of_a_child_burns(tmp_path):
    code = f"import subprocess as s, sys; sys.exit(s.call([sys.executable, '-c', {BURN!r}]) + 7)"
    status, note = metered(tmp_path, sys.executable, "-c", code)
    assert status == 7
    assert 0.3 <= note["processor"] < 5
    assert note["words"] == [sys.executable, "-c", code]
    assert note["seconds"] >= 0.3


def test_the_meter_waits_for_a_backend_in_a_session_of_its_own_and_counts_it(tmp_path):
    code = f"""import subprocess, sys
subprocess.Popen([sys.executable, "-c", {BURN!r}, "serve", "--socket", "x"], start_new_session=True)
"""
    _, note = metered(tmp_path, sys.executable, "-c", code)
    assert note["processor"] >= 0.3


def test_the_meter_neither_counts_nor_awaits_what_lives_on(tmp_path):
    """As the dm-worker does that was started again."""
    code = f"""import subprocess, sys
child = subprocess.Popen(
    [sys.executable, "-c", {BURN!r} + "print(flush=True)\\nimport time; time.sleep(60)"],
    start_new_session=True, stdout=subprocess.PIPE)
child.stdout.readline()
open({str(tmp_path / "pid")!r}, "w").write(str(child.pid))
"""
    began = time.monotonic()
    _, note = metered(tmp_path, sys.executable, "-c", code)
    subprocess.run(["kill", (tmp_path / "pid").read_text()], check=True)
    assert note["processor"] < 0.3
    assert time.monotonic() - began < 30


def test_dm_ansibles_own_playbooks_are_not_the_switchs_processor_time():
    notes = [
        {
            "words": ["/v/ansible-playbook", "-i", "i", "rolling_update.yml", "-l", "w"],
            "processor": 9,
        },
        {"words": ["/v/ansible-playbook", "rolling_update.yml", "--list-tasks"], "processor": 2},
        {"words": ["/v/ansible-playbook", "/tmp/x/survey.yml"], "processor": 1},
        {"words": ["/v/ansible-playbook", "deploy.yml", "--tags=dm-worker"], "processor": 4},
    ]
    assert standstill.of_dm_ansible(notes) == 13


def test_what_dm_ansible_took_is_the_sum_of_a_switch_and_the_median_of_all():
    def note(seconds):
        return {"seconds": seconds, "processor": seconds / 2}

    rolled = [("ours", [note(2), note(4)]), ("bare", [note(1)])]
    rolled += [("ours", [note(8)]), ("bare", [note(3)]), ("ours", [note(20)]), ("bare", [note(5)])]
    (told,) = standstill.roll_lines(rolled)
    assert "8.0 s in the playbook, with 4.0 processor seconds" in told
    assert "3.0 s in the script, with 1.5 processor seconds" in told


def test_what_the_playbook_says_itself():
    output = 'TASK [x] ***\n  tasks       app\n  standstill  34.1 s, tasks stopped for 30.2 s of it\n  as JSON {"standstill_seconds": 34}'
    assert standstill.of_summary(output) == 34.1


def test_behind_a_virtual_ip_dm_ansible_takes_nothing():
    assert standstill.roll_lines([("ours", []), ("bare", [])]) == []


# ---- the command --------------------------------------------------------------------------------


def test_an_unknown_benchmark_is_wrong_use(capsys):
    with pytest.raises(SystemExit) as ended:
        main.main(["speed"])
    assert ended.value.code == 2
    assert "standstill" in capsys.readouterr().err


def test_too_few_pairs_are_refused_before_anything_is_measured(capsys):
    assert main.main(["start-up", "--pairs", "4"]) == 2
    told = capsys.readouterr().err
    for word in ("4 pairs", "wanted: at least 5", "next:"):
        assert word in told


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ([], "standstill"),
        (["--vip"], "standstill behind a virtual IP"),
        (["--roll-mode", "staged"], "standstill, roll_mode staged"),
        (["--dm-bin", "/opt/dm"], "standstill, real DM"),
        (["--dm-bin", "/opt/dm", "--roll-mode", "staged"], "standstill, roll_mode staged, real DM"),
    ],
)
def test_each_way_of_a_switch_has_a_section_of_its_own(options, name):
    assert standstill.section(main.parser().parse_args(["standstill", *options])) == name


def test_a_vip_has_no_roll(capsys):
    assert main.main(["standstill", "--vip", "--roll-mode", "staged"]) == 2
    assert "--roll-mode" in capsys.readouterr().err


def test_each_benchmark_is_in_the_file():
    text = record.FILE.read_text()
    for name in (
        "standstill",
        "standstill behind a virtual IP",
        "start-up",
        "preflight",
        "gtid",
    ):
        assert f"\n## {name}\n" in text
