"""The rules in the plane against finite differences, autograd-free identities and the learners themselves."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from demo.learners import agreement, fomaml, maml
from demo.lessons import moves
from demo.lessons.moves import Loops, Plane, loss_after, loss_before
from demo.models import Weights
from demo.tasks.episodes import Episodes

START = np.array([-0.7, 1.9])
LOOPS = Loops(alpha=0.4, steps=3, epsilon=0.5)


@pytest.fixture(params=[2, 3, 5])
def tasks(request: pytest.FixtureRequest) -> Plane:
    return moves.plane(request.param, seed=11)


def direction(rule: str, tasks: Plane, loops: Loops = LOOPS, theta: moves.Array = START) -> moves.Array:
    """Over all tasks, (2,)."""
    over_tasks: moves.Array = moves.directions(rule, tasks, theta, loops).mean(axis=0)
    return over_tasks


def by_differences(loss: object, theta: moves.Array, h: float = 1e-5) -> moves.Array:
    """Central differences; exact up to rounding where losses are quadratic."""
    assert callable(loss)
    return np.array([(loss(theta + h * e) - loss(theta - h * e)) / (2 * h) for e in np.eye(2)])


def test_gradients_are_those_of_the_losses(tasks: Plane) -> None:
    for i, gradient in enumerate(tasks.gradients(START)):
        np.testing.assert_allclose(by_differences(lambda t, i=i: tasks.losses(t)[i], START), gradient, atol=1e-8)


def test_maml_descends_the_loss_after_adapting(tasks: Plane) -> None:
    expected = by_differences(lambda theta: loss_after(tasks, theta, LOOPS), START)
    np.testing.assert_allclose(direction("maml", tasks), expected, atol=1e-8)
    assert np.abs(direction("fomaml", tasks) - expected).max() > 1e-3


def test_pretraining_descends_the_loss_before_adapting(tasks: Plane) -> None:
    expected = by_differences(lambda theta: loss_before(tasks, theta), START)
    np.testing.assert_allclose(direction("pretrained", tasks), expected, atol=1e-8)


def test_reptile_goes_along_the_sum_of_the_inner_gradients_towards_where_loops_end(tasks: Plane) -> None:
    path = moves.inner(tasks, START, LOOPS)
    gradients = np.stack([tasks.gradients(path[:, k]) for k in range(LOOPS.steps)])
    np.testing.assert_allclose(moves.directions("reptile", tasks, START, LOOPS), gradients.sum(axis=0))
    ends = path[:, -1].mean(axis=0)
    np.testing.assert_allclose(moves.meta_step("reptile", tasks, START, LOOPS), START + LOOPS.epsilon * (ends - START))


def test_first_order_maml_goes_along_the_last_gradient(tasks: Plane) -> None:
    end = moves.inner(tasks, START, LOOPS)[:, -1]
    np.testing.assert_array_equal(moves.directions("fomaml", tasks, START, LOOPS), tasks.gradients(end))


def test_with_one_inner_step_reptile_is_joint_pretraining(tasks: Plane) -> None:
    once = Loops(alpha=0.4, steps=1, epsilon=1.0)
    np.testing.assert_array_equal(direction("reptile", tasks, once), direction("pretrained", tasks, once))
    assert np.abs(direction("fomaml", tasks, once) - direction("pretrained", tasks, once)).max() > 1e-3


def test_as_the_inner_rate_vanishes_all_rules_point_the_same_way(tasks: Plane) -> None:
    tiny = Loops(alpha=1e-7, steps=4, epsilon=1.0)
    first = direction("pretrained", tasks, tiny)
    for rule, times in {"fomaml": 1, "maml": 1, "reptile": 4}.items():
        np.testing.assert_allclose(direction(rule, tasks, tiny), times * first, rtol=1e-5)


def test_gradient_agreement_is_reptile_weighted_by_the_learners_own_weights(tasks: Plane) -> None:
    ends = moves.inner(tasks, START, LOOPS)[:, -1]
    w = agreement.agreement(torch.tensor(START - ends))
    goes = moves.directions("reptile", tasks, START, LOOPS)
    np.testing.assert_allclose(moves.agreement(goes), w.numpy())
    assert np.abs(w.numpy()).sum() == pytest.approx(1)
    step = START - LOOPS.epsilon * (w.numpy()[:, None] * (START - ends)).sum(axis=0)
    np.testing.assert_allclose(moves.meta_step(moves.AGREEMENT, tasks, START, LOOPS), step)


def test_tasks_that_agree_wholly_make_gradient_agreement_reptile() -> None:
    one = moves.plane(1, 3)
    same = Plane(one.optima.repeat(4, axis=0), one.curvatures.repeat(4, axis=0))
    a, b = (moves.meta_step(rule, same, START, LOOPS) for rule in (moves.AGREEMENT, "reptile"))
    np.testing.assert_allclose(a, b)


def test_an_outvoted_task_is_left_behind() -> None:
    """Three tasks on the right, one on the left: its weight is negative."""
    optima = np.array([[3.0, 0.2], [3.0, -0.2], [2.5, 0.0], [-2.0, 0.0]])
    tasks = Plane(optima, np.broadcast_to(np.eye(2), (4, 2, 2)))
    w = moves.agreement(moves.directions("reptile", tasks, np.zeros(2), LOOPS))
    assert (w[:3] > 0).all()
    assert w[3] < 0
    a, b = (moves.meta_step(rule, tasks, np.zeros(2), LOOPS)[0] for rule in (moves.AGREEMENT, "reptile"))
    assert a > b > 0


class Quadratic:
    """The plane as a network: its outputs are the residuals sqrt(A) (theta - c), x holds sqrt(A), y sqrt(A) c."""

    mixes = False

    def initialise(self, generator: torch.Generator) -> Weights:
        raise AssertionError("the tests begin at START")

    def start(self, theta: Weights, ways: int) -> Weights:
        return theta

    def moving(self, step: int, theta: Weights) -> list[str]:
        return list(theta)

    def __call__(self, theta: Weights, x: torch.Tensor) -> torch.Tensor:
        return x @ theta["theta"]

    def query(
        self, theta: Weights, support: torch.Tensor, queries: torch.Tensor, transductive: bool = False
    ) -> torch.Tensor:
        return self(theta, queries)


class HalfSquares:
    """Half the sum of squares, which makes Quadratic's loss the plane's."""

    def support(self, outputs: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        return 0.5 * (outputs - labels).square().sum(dim=(1, 2))

    query = support

    def answer(self, outputs: torch.Tensor) -> torch.Tensor:
        return outputs


@pytest.mark.parametrize("rule, learner", [("maml", maml), ("fomaml", fomaml)])
def test_the_learners_of_the_app_move_the_same_way(tasks: Plane, rule: str, learner: object) -> None:
    root = np.linalg.cholesky(tasks.curvatures).transpose(0, 2, 1)  # A = root' root
    x = torch.tensor(root)
    y = x @ torch.tensor(tasks.optima)[:, :, None]
    theta = {"theta": torch.tensor(START)[None, :, None]}
    gradient, loss = learner.meta_gradient(  # type: ignore[attr-defined]
        Quadratic(), HalfSquares(), theta, Episodes(x, y, x, y), LOOPS.alpha, LOOPS.steps
    )
    np.testing.assert_allclose(gradient["theta"].flatten().numpy(), direction(rule, tasks), rtol=1e-9)
    assert loss == pytest.approx(loss_after(tasks, START, LOOPS))


@pytest.mark.parametrize("rule", moves.LINEAR)
def test_the_matrices_give_the_same_directions_anywhere(tasks: Plane, rule: str) -> None:
    theta = np.array([3.3, -2.2])
    H = moves.matrices(rule, tasks, LOOPS)
    np.testing.assert_allclose(
        np.einsum("tab,tb->ta", H, theta - tasks.optima), moves.directions(rule, tasks, theta, LOOPS)
    )


@pytest.mark.parametrize("rule, loss", [("pretrained", loss_before), ("maml", loss_after)])
def test_the_two_losses_are_quadratic_in_the_matrices(tasks: Plane, rule: str, loss: object) -> None:
    apart = START - tasks.optima
    value = 0.5 * np.einsum("ta,tab,tb->t", apart, moves.matrices(rule, tasks, LOOPS), apart).mean()
    expected = loss_before(tasks, START) if loss is loss_before else loss_after(tasks, START, LOOPS)
    assert value == pytest.approx(expected)


def test_each_rule_ends_lowest_at_what_it_descends(tasks: Plane) -> None:
    ends = {rule: moves.play(rule, tasks, START, Loops(0.4, 3, 1.0), 1000)[-1] for rule in moves.RULES}
    after = {rule: loss_after(tasks, theta, LOOPS) for rule, theta in ends.items()}
    before = {rule: loss_before(tasks, theta) for rule, theta in ends.items()}
    assert min(after, key=lambda rule: after[rule]) == "maml"
    assert min(before, key=lambda rule: before[rule]) == "pretrained"
    assert after["maml"] < after["pretrained"]


def test_tasks_are_valleys_in_which_no_inner_loop_diverges() -> None:
    for seed in range(50):
        for count in (2, 3, 4, 5):
            tasks = moves.plane(count, seed)
            bends = np.linalg.eigvalsh(tasks.curvatures)
            assert bends.min() >= moves.FLAT[0] - 1e-12
            assert 0.95 * bends.max() < 2
            assert np.abs(tasks.optima[:, 0]).max() <= moves.REACH[0]
            assert np.abs(tasks.optima[:, 1]).max() <= moves.REACH[1]


def test_the_seed_and_the_number_of_tasks_choose_the_plane() -> None:
    np.testing.assert_array_equal(moves.plane(3, 5).optima, moves.plane(3, 5).optima)
    assert np.abs(moves.plane(3, 5).optima - moves.plane(3, 6).optima).max() > 0.01


def test_an_unknown_rule_is_an_error(tasks: Plane) -> None:
    with pytest.raises(KeyError):
        moves.directions("anil", tasks, START, LOOPS)
