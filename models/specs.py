"""The only list of models, and of the datasets they were made from."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ANSWER = ".answer"  # in the name of a graph that returns no stages

DIGITS = tuple("0123456789")
GARMENTS = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)


@dataclass(frozen=True)
class Dataset:
    """Where pictures came from: its title, authors, page and licence."""

    title: str
    authors: str
    page: str
    licence: str


DATASETS = {
    "mnist": Dataset(
        "MNIST",
        "Y. LeCun, C. Cortes, C. Burges",
        "http://yann.lecun.com/exdb/mnist/",
        "CC BY-SA 3.0",
    ),
    "fashion_mnist": Dataset(
        "Fashion-MNIST",
        "H. Xiao, K. Rasul, R. Vollgraf (Zalando Research) 2017",
        "https://github.com/zalandoresearch/fashion-mnist",
        "MIT",
    ),
    "pendigits": Dataset(
        "Pen-Based Recognition of Handwritten Digits",
        "E. Alpaydin, F. Alimoglu 1998",
        "https://archive.ics.uci.edu/dataset/81",
        "CC BY 4.0",
    ),
    "photos": Dataset(
        "Clothing dataset",
        "A. Grigorev and contributors 2020",
        "https://github.com/alexeygrigorev/clothing-dataset",
        "CC0",
    ),
    "caltech101": Dataset(
        "Caltech 101",
        "F.-F. Li, M. Andreeto, M. Ranzato, P. Perona 2022",
        "https://doi.org/10.22002/D1.20086",
        "CC BY 4.0",
    ),
    "cifar10": Dataset(
        "CIFAR-10 (pictures that are neither)",
        "A. Krizhevsky 2009",
        "https://www.cs.toronto.edu/~kriz/cifar.html",
        "free for research",
    ),
}


@dataclass(frozen=True)
class ModelSpec:
    """One classifier: what it tells apart, which network it is and how it was trained.

    subject: "digit" or "garment", what its pictures show.
    network: the name of a class in train/networks.py.
    recipe: "tutorial", "mlp" or "robust", the value of --recipe that trains it.
    datasets: keys of DATASETS; the first is the one it is scored on.
    """

    name: str
    subject: str
    labels: tuple[str, ...]
    network: str
    recipe: str
    datasets: tuple[str, ...]

    @property
    def baseline(self) -> bool:
        """True for the plain networks that exist only to be compared against."""
        return self.recipe == "mlp"

    @property
    def dataset(self) -> str:
        """Key of the dataset on whose test set the model is scored."""
        return self.datasets[0]

    @property
    def kind(self) -> str:
        """What its pictures are unless someone says otherwise: "sketch" or "photo"."""
        return "photo" if self.subject == "garment" else "sketch"

    @property
    def weights(self) -> Path:
        """The shipped weights."""
        return FOLDER / f"{self.name}.safetensors"

    @property
    def graph(self) -> Path:
        """The shipped ONNX graph, with the stages among its outputs."""
        return FOLDER / f"{self.name}.onnx"

    @property
    def answer_graph(self) -> Path:
        """The same without the stages, which answers faster; a plain network has none."""
        return self.graph if self.baseline else FOLDER / f"{self.name}{ANSWER}.onnx"


MODELS = {
    "mnist": ModelSpec(
        "mnist", "digit", DIGITS, "DigitResNet", "robust", ("mnist", "pendigits", "cifar10")
    ),
    "fashion_mnist": ModelSpec(
        "fashion_mnist",
        "garment",
        GARMENTS,
        "GarmentResNet",
        "robust",
        ("fashion_mnist", "photos", "caltech101", "cifar10"),
    ),
    "mnist_tutorial": ModelSpec(
        "mnist_tutorial", "digit", DIGITS, "MnistCNN", "tutorial", ("mnist",)
    ),
    "fashion_mnist_tutorial": ModelSpec(
        "fashion_mnist_tutorial", "garment", GARMENTS, "FashionCNN", "tutorial", ("fashion_mnist",)
    ),
    "mnist_mlp": ModelSpec("mnist_mlp", "digit", DIGITS, "MnistMLP", "mlp", ("mnist",)),
    "fashion_mnist_mlp": ModelSpec(
        "fashion_mnist_mlp",
        "garment",
        GARMENTS,
        "FashionMLP",
        "mlp",
        ("fashion_mnist",),
    ),
}


def spec(name: str) -> ModelSpec:
    """The model of that name.

    Raises:
        KeyError: no model has that name; the message lists those that exist.
    """
    if name not in MODELS:
        raise KeyError(f"There is no model {name!r}. The models are: {', '.join(MODELS)}.")
    return MODELS[name]
