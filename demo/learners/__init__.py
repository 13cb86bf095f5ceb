"""The learners, one file each, and the list that the pages, the command line and the tests go through."""

from __future__ import annotations

from demo.learners.entry import FAMILIES, FITTING, Entry

__all__ = ["CLASSICS", "CLASSIFIERS", "ENTRIES", "FAMILIES", "FITTING", "REGRESSORS", "Entry"]

_FINN = "Finn, Abbeel, Levine 2017, arXiv 1703.03400"
_NICHOL = "Nichol, Achiam, Schulman 2018, arXiv 1803.02999"
_JAMAL = "Jamal, Qi 2019, arXiv 1805.07722"

CLASSICS = (
    Entry(
        "maml",
        "MAML",
        "an initialisation learnt through an inner step, second order",
        "initialisation",
        _FINN,
        "98.7 ± 0.4 (transductive; random 1200/423)",
    ),
    Entry(
        "fomaml",
        "First-order MAML",
        "MAML that ignores how the inner loop bends",
        "initialisation",
        _FINN,
        "98.3 ± 0.5 (transductive; random 1200/423)",
    ),
    Entry(
        "reptile",
        "Reptile",
        "an initialisation moved towards where inner loops end",
        "initialisation",
        _NICHOL,
        "95.39 ± 0.09 (random 1200/423)",
    ),
    Entry(
        "pretrained",
        "Joint pretraining",
        "one ordinary classifier of all training characters, then fine-tuned",
        "baseline",
    ),
    Entry("random", "Random initialisation", "never trained: what gradient steps alone can do", "baseline"),
    Entry(
        "reptile-batchnorm",
        "Reptile with batch norm",
        "from random weights, with batch norm, as in its paper",
        "initialisation",
        _NICHOL,
        "95.39 ± 0.09 (random 1200/423)",
    ),
)

METRICS = (
    Entry(
        "prototypical",
        "Prototypical network",
        "a class is the mean of its drawings' features, and the nearest wins",
        "metric",
        "Snell, Swersky, Zemel 2017, arXiv 1703.05175",
        "98.8 (Vinyals' 1028+172/423)",
        inner=False,
    ),
)

KIN = (
    Entry(
        "caml",
        "Context adaptation (CAML)",
        "only a few context numbers adapt; the network, begun as the pretrained one, stays as it is",
        "initialisation",
        "Zintgraf, Shiarlis, Kurin, Hofmann, Whiteson 2019, arXiv 1810.03642",
    ),
    Entry(
        "adml",
        "Adversarial meta-learning (ADML)",
        "MAML on clean and adversarial drawings, each judged by the other",
        "initialisation",
        "Yin, Tang, Xu, Wang 2018, arXiv 1806.03316",
    ),
    Entry(
        "concepts",
        "Concept-space meta-learning",
        "one encoder for MAML and for a classifier of all training characters",
        "initialisation",
        "Zhou, Wu, Li 2018, arXiv 1802.03596",
    ),
    Entry(
        "cactus",
        "CACTUs",
        "MAML on tasks made of clusters: trained without one label",
        "initialisation",
        "Hsu, Levine, Finn 2019, arXiv 1810.02334",
        "68.84 ± 0.80 (MAML on ACAI features; random 1200/423)",
    ),
)

_VINYALS = "Vinyals, Blundell, Lillicrap, Kavukcuoglu, Wierstra 2016, arXiv 1606.04080"

COMPARISONS = (
    Entry(
        "siamese",
        "Siamese network",
        "one encoder for both drawings of a pair, and a distance that says same or different",
        "metric",
        "Koch, Zemel, Salakhutdinov 2015; loss: Hadsell, Chopra, LeCun 2006",
        "97.3 (from scratch by Vinyals et al., 1028+172/423)",
        inner=False,
    ),
    Entry(
        "relation",
        "Relation network",
        "how alike two drawings are is judged by a network of its own",
        "metric",
        "Sung, Yang, Zhang, Xiang, Torr, Hospedales 2018, arXiv 1711.06025",
        "99.6 ± 0.2 (random 1200/423)",
        inner=False,
    ),
    Entry(
        "matching",
        "Matching network",
        "the support drawings vote, each by how much the network attends to it",
        "metric",
        _VINYALS,
        "98.1 (random 1200/423)",
        inner=False,
    ),
    Entry(
        "matching-fce",
        "Matching network with context",
        "the same, with full context embeddings: each drawing is seen in the light of the others",
        "metric",
        _VINYALS,
        "98.1 without context, the only figure for Omniglot (random 1200/423)",
        inner=False,
    ),
)

REMEMBERED = (
    Entry(
        "gauss-prototypical",
        "Gaussian prototypical network",
        "every drawing says how far to trust it, and weighs accordingly in its class's mean",
        "metric",
        "Fort 2017, arXiv 1708.02735",
        inner=False,
    ),
    Entry(
        "semi-prototypical",
        "Semi-supervised prototypical network",
        "drawings without a label move the prototypes, and distractors are masked",
        "metric",
        "Ren et al. 2018, arXiv 1803.00676",
        inner=False,
    ),
    Entry(
        "mann",
        "Memory-augmented network",
        "drawings and labels go by one after another, and a memory is written and read",
        "memory",
        "Santoro et al. 2016, ICML",
        "82.8 (second presentation, no convolutions; random 1200/423)",
        inner=False,
    ),
    Entry(
        "lstm-meta",
        "LSTM meta-learner",
        "a learnt optimiser: gates say what each weight forgets and how far it steps",
        "optimiser",
        "Ravi, Larochelle 2017, ICLR",
        inner=False,
    ),
)

GRADIENT = (
    Entry(
        "meta-sgd",
        "Meta-SGD",
        "every weight has learnt its own inner rate, going on from MAML",
        "initialisation",
        "Li, Zhou, Chen, Li 2017, arXiv 1707.09835",
        "99.53 ± 0.26 (random 1200/423)",
        inner=False,
    ),
    Entry(
        "maml-plus-plus",
        "MAML++",
        "rates and batch norm of every inner step, going on from joint pretraining",
        "initialisation",
        "Antoniou, Edwards, Storkey 2019, arXiv 1810.09502",
        "99.47 (random split of its own)",
        inner=False,
    ),
    Entry(
        "gradient-agreement",
        "Gradient agreement",
        "tasks that pull together count more, going on from joint pretraining",
        "initialisation",
        "Eshratifar, Eigen, Pedram 2018, arXiv 1810.08178",
    ),
    Entry(
        "taml-entropy",
        "TAML, entropy",
        "unsure before adapting and sure after, going on from joint pretraining",
        "initialisation",
        _JAMAL,
    ),
    Entry(
        "taml-inequality",
        "TAML, inequality",
        "no task left behind: losses kept equal, going on from joint pretraining",
        "initialisation",
        _JAMAL,
    ),
)

CLASSIFIERS = (*CLASSICS, *GRADIENT, *KIN, *METRICS, *COMPARISONS, *REMEMBERED)

REGRESSORS = (
    Entry(
        "sine-maml", "MAML", "an initialisation learnt through the inner loop, second order", "initialisation", _FINN
    ),
    Entry(
        "sine-reptile", "Reptile", "an initialisation moved towards where inner loops end", "initialisation", _NICHOL
    ),
    Entry(
        "sine-pretrained",
        "Joint pretraining",
        "one network fitted to all sines at once: it learns their mean",
        "baseline",
    ),
    Entry(
        "sine-caml",
        "Context adaptation (CAML)",
        "two context numbers adapt, and become amplitude and phase; the network stays as it is",
        "initialisation",
        "Zintgraf, Shiarlis, Kurin, Hofmann, Whiteson 2019, arXiv 1810.03642",
    ),
    Entry("sine-random", "Random initialisation", "never trained", "baseline"),
)

ENTRIES = {entry.name: entry for entry in (*CLASSIFIERS, *REGRESSORS)}
