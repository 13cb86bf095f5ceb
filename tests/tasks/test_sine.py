"""Sines against the formula, their points against the seed, and sampled tasks against their ranges."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from demo.tasks.sine import AMPLITUDES, DOMAIN, PHASES, Sine, sample

amplitudes = st.floats(*AMPLITUDES)
phases = st.floats(*PHASES)


@given(amplitudes, phases, st.floats(*DOMAIN))
def test_values_follow_the_formula(amplitude: float, phase: float, x: float) -> None:
    value = Sine(amplitude, phase)(torch.tensor([[x]], dtype=torch.float64)).item()
    assert value == pytest.approx(amplitude * math.sin(x + phase), abs=1e-9)


@pytest.mark.parametrize("count", [5, 10, 20])
def test_points_without_noise_lie_on_the_curve(count: int) -> None:
    sine = Sine(3.0, 1.0)
    x, y = sine.points(count, noise=0.0, seed=7)
    assert x.shape == y.shape == (count, 1)
    assert torch.equal(y, sine(x))
    assert ((x >= DOMAIN[0]) & (x <= DOMAIN[1])).all()


@given(amplitudes, phases, st.integers(0, 999))
def test_places_and_noise_depend_on_the_seed_alone(amplitude: float, phase: float, seed: int) -> None:
    sine, other = Sine(amplitude, phase), Sine(1.0, 0.0)
    x, y = sine.points(10, noise=0.5, seed=seed)
    again_x, again_y = sine.points(10, noise=0.5, seed=seed)
    other_x, other_y = other.points(10, noise=0.5, seed=seed)
    assert torch.equal(x, again_x)
    assert torch.equal(y, again_y)
    assert torch.equal(x, other_x)
    torch.testing.assert_close(y - sine(x), other_y - other(x), atol=1e-5, rtol=0)


def test_another_seed_gives_other_points() -> None:
    assert not torch.equal(Sine(3.0, 1.0).points(10, 0.0, seed=0)[0], Sine(3.0, 1.0).points(10, 0.0, seed=1)[0])


def test_points_leave_the_global_generator_alone() -> None:
    before = torch.random.get_rng_state()
    Sine(3.0, 1.0).points(10, noise=1.0, seed=3)
    assert torch.equal(before, torch.random.get_rng_state())


def test_noise_is_a_standard_deviation() -> None:
    sine = Sine(2.0, 0.5)
    x, y = sine.points(20_000, noise=0.3, seed=0)
    error = y - sine(x)
    assert error.std().item() == pytest.approx(0.3, rel=0.03)
    assert error.mean().item() == pytest.approx(0.0, abs=0.01)


def test_sampled_tasks_are_sines_within_the_ranges() -> None:
    tasks = sample(2000, shots=10, queries=50, generator=torch.Generator().manual_seed(0))
    assert tasks.support.shape == tasks.labels.shape == (2000, 10, 1)
    assert tasks.queries.shape == tasks.answers.shape == (2000, 50, 1)
    x = torch.cat([tasks.support, tasks.queries], dim=1).double()
    y = torch.cat([tasks.labels, tasks.answers], dim=1).double()
    # A sine is a combination of sin x and cos x: least squares gives its amplitude and phase back.
    basis = torch.cat([x.sin(), x.cos()], dim=2)
    weights = torch.linalg.lstsq(basis, y).solution  # (T, 2, 1)
    torch.testing.assert_close(basis @ weights, y, atol=1e-4, rtol=0)
    amplitude = weights.norm(dim=(1, 2))
    phase = torch.atan2(weights[:, 1, 0], weights[:, 0, 0]) % (2 * math.pi)
    for values, (low, high) in ((amplitude, AMPLITUDES), (phase, PHASES), (x.flatten(), DOMAIN)):
        assert low - 1e-3 <= values.min() < low + 0.05 * (high - low)
        assert high - 0.05 * (high - low) < values.max() <= high + 1e-3
        assert values.mean().item() == pytest.approx((low + high) / 2, abs=0.05 * (high - low))
