"""The command line: what it prints, and what it says to what it cannot use."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from demo.__main__ import main
from demo.learners.store import load, read_card, save
from demo.training.recipes import RECIPES

EXAMPLES = sorted((Path(__file__).parents[1] / "assets" / "examples").glob("*.json"))


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_classify_prints_one_json_object() -> None:
    result = run("classify", EXAMPLES[0], "--learner", "maml", "--steps", 3, "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.output)
    task = json.loads(EXAMPLES[0].read_text())
    assert report.keys() == {"probabilities", "predictions", "losses"}
    assert len(report["losses"]) == 4
    assert [sum(row) for row in report["probabilities"]] == pytest.approx([1.0] * len(task["queries"]))
    assert report["predictions"] == [query["label"] for query in task["queries"]]


def test_evaluate_task_files(tmp_path: Path) -> None:
    file = tmp_path / "tasks.jsonl"
    file.write_text("\n".join(json.dumps(json.loads(path.read_text())) for path in EXAMPLES))
    result = run("evaluate", file, "--learner", "maml", "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.output)
    figures = {"accuracy", "ci95", "ece", "mean_confidence"}
    assert report.keys() == figures | {"learner", "ways", "shots", "steps", "tasks", "transductive"}
    assert report["transductive"].keys() == figures
    assert (report["learner"], report["ways"], report["shots"], report["tasks"]) == ("maml", 3, 1, len(EXAMPLES))
    assert report["steps"] == load("maml").steps
    assert report["accuracy"] == 1.0, "the examples are easy"


def test_evaluate_sines() -> None:
    report = json.loads(run("evaluate", "--learner", "sine-reptile", "--tasks", 20, "--steps", 3, "--json").output)
    assert len(report["mse"]) == len(report["ci95"]) == 4
    assert report["mse"][3] < report["mse"][0]


def test_queries_without_their_truth_cannot_be_judged(tmp_path: Path) -> None:
    task = json.loads(EXAMPLES[0].read_text())
    del task["queries"][0]["label"]
    file = tmp_path / "task.json"
    file.write_text(json.dumps(task))
    result = run("evaluate", file, "--learner", "maml")
    assert result.exit_code == 1
    assert "every query needs a label" in result.output
    assert run("classify", file, "--learner", "maml").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["classify", "FILE", "--learner", "maml"], "the file is not JSON"),
        (["evaluate", "FILE", "--learner", "sine-maml"], "fits sines"),
        (["evaluate", "--learner", "maml", "--omniglot", "/nowhere"], "/nowhere does not exist"),
        (["evaluate", "--learner", "nobody"], "nobody"),
        (["train", "nobody"], "name one or more of: maml"),
        (["train"], "--all"),
        (["measure", "nobody"], "name one or more of: maml"),
        (["train", "maml", "--omniglot", "/nowhere"], "/nowhere does not exist"),
    ],
)
def test_what_cannot_be_used_is_said_in_words(arguments: list[str], message: str, tmp_path: Path) -> None:
    file = tmp_path / "broken.json"
    file.write_text("{")
    result = run(*(str(file) if argument == "FILE" else argument for argument in arguments))
    assert result.exit_code != 0
    assert message in result.output
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_train_writes_weights_that_load(tmp_path: Path) -> None:
    result = run("train", "sine-random", "--checkpoints", tmp_path / "c", "--output", tmp_path / "w")
    assert result.exit_code == 0, result.output
    learner = load("sine-random", tmp_path / "w")
    assert (learner.rate, learner.steps) == (RECIPES["sine-random"].rate, RECIPES["sine-random"].steps)


def test_resume_without_a_checkpoint_says_so(tmp_path: Path) -> None:
    result = run("train", "sine-reptile", "--resume", "--checkpoints", tmp_path)
    assert result.exit_code == 1
    assert "no checkpoint" in result.output


def test_measure_writes_the_figures_into_the_card(tmp_path: Path) -> None:
    card = read_card("sine-reptile")
    save({**card, "evaluation": {}}, load("sine-reptile").theta, tmp_path)
    result = run("measure", "sine-reptile", "--weights", tmp_path)
    assert result.exit_code == 0, result.output
    measured = read_card("sine-reptile", tmp_path)
    stated = card["evaluation"]["mse_after_steps"]
    assert measured["evaluation"]["mse_after_steps"] == pytest.approx(stated, rel=0.02, abs=2e-4)
    assert {**measured, "evaluation": {}} == {**card, "evaluation": {}}


def test_the_papers_weights_are_a_folder_of_their_own(tmp_path: Path) -> None:
    result = run("evaluate", "--learner", "reptile-batchnorm", "--characters", "paper", "--omniglot", tmp_path)
    assert result.exit_code == 1
    assert "weights/paper/reptile-batchnorm.json is missing" in result.output
