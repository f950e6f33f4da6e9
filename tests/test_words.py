"""The words of the page: complete in both languages, none missing, none left over."""

import json
import re

import pytest

from models.refusals import SENTENCES
from models.specs import DATASETS
from serve.refusals import REFUSALS
from tests.node import ROOT

PAGE = ROOT / "page"
EN, KO = (json.loads((PAGE / "words" / f"{name}.json").read_text("utf-8")) for name in ("en", "ko"))
SCRIPTS = "\n".join(
    path.read_text("utf-8") for path in [PAGE / "index.html", *sorted(PAGE.rglob("*.js"))]
)
PLACE = re.compile(r"\{(\w+)\}")
KEY = r"[a-z][\w-]*(?:\.[\w:-]+)*"


def places(sentence: str) -> list[str]:
    return sorted(set(PLACE.findall(sentence)))


def test_both_languages_have_the_same_keys_in_the_same_order():
    assert list(EN) == list(KO)
    assert all(EN.values()) and all(KO.values())


@pytest.mark.parametrize("key", EN)
def test_both_languages_fill_the_same_places(key):
    assert places(EN[key]) == places(KO[key])


def test_korean_is_korean():
    """All but what is written alike in both: names, formulas, numbers."""
    alike = {key for key in EN if EN[key] == KO[key]}
    assert not {key for key in alike if re.search(r"[a-z]{5}", PLACE.sub("", EN[key]))}


def test_korean_has_the_tutorials_words():
    said = " ".join(KO.values())
    for word in ("스트라이드", "패딩", "픽셀", "맥스 풀링", "특징 맵", "커널"):
        assert word in said
    assert not re.search("보폭|화소|최대 풀링|최댓값 풀링|특성 맵|특징맵|덧대기|필터 크기", said)


def test_credits_say_what_the_datasets_say():
    for key in (key for key in EN if key.startswith("credit.")):
        _, name, what = key.split(".")
        assert EN[key] == getattr(DATASETS[name], what)


def test_what_the_page_says_has_words():
    said = set(re.findall(rf'data-t(?:-label)?="({KEY})"', SCRIPTS))
    said |= set(re.findall(rf'\bt\(\s*"({KEY})"', SCRIPTS))
    assert len(said) > 80
    assert said <= set(EN)


def test_no_words_are_left_over():
    literal = set(re.findall(rf'"({KEY})"', SCRIPTS))
    # `answer.no.${subject}`: any key of that form may be said.
    forms = [
        re.compile(re.sub(r"\\\$\\\{.*?\\\}", ".+", re.escape(form)))
        for form in re.findall(r"`([a-z][\w.:${}\[\]()?]*\$\{[^`]*)`", SCRIPTS)
    ]
    unsaid = {key for key in set(EN) - literal if not any(form.fullmatch(key) for form in forms)}
    assert not unsaid


def test_every_step_has_words_and_no_word_is_of_another():
    told = (PAGE / "answer" / "decide.js").read_text("utf-8").split("function stepsOf")[1]
    steps = set(re.findall(r'"(\w+)"[,\]]', told))
    assert {f"step.{step}" for step in steps} == {key for key in EN if key.startswith("step.")}


@pytest.mark.parametrize("key, sentence", [*REFUSALS.items(), *SENTENCES.items()])
def test_what_is_refused_can_be_said(key, sentence):
    assert EN[f"refusal.{key}"] == sentence
