from pathlib import Path

import pytest

from generator.errors import Place
from generator.lists import retired as retired_texts
from generator.lists.retired import Passage, find_retired, passages_of, passages_of_resource, sentences
from generator.model.resource import Resource
from generator.model.retired import RetiredText
from generator.source import parse_yaml

RETIRED = tuple(
    RetiredText.model_validate(one)
    for one in (
        {"match": "press 3", "near": "988", "why": "the option ended"},
        {"match": "text PRIDE to 988", "why": "the option ended"},
        {"match": "1-833-943-5746", "why": "an old number"},
        {"match": "66746", "why": "an old code"},
        {"match": "1-800-273-8255", "why": "988 is the public number"},
        {"match": "old.example.org", "why": "moved"},
    )
)


def found(text):
    return [one.message for one in find_retired([Passage(part) for part in sentences(text)], RETIRED)]


@pytest.mark.parametrize(
    "text",
    [
        "(833) 943-5746", "1.833.943.5746", "+1 833 943 5746", "tel:+18339435746", "833 943 5746", "833–943–5746",
        "Call 988 and press 3.", "Dial 988. Then press 3 for help.", "988, oprima el 3", "press three after 988",
        "988 (option 3)", "text “PRIDE” to 988", "txt PRIDE to 988", "text TalkWithUs to 66746", "1-800-273-TALK",
        "https://www.old.example.org/x",
    ],
)  # fmt: skip
def test_other_spellings_are_caught(text):
    assert len(found(text)) == 1


@pytest.mark.parametrize(
    "text", ["988, press 2", "press 3 for billing", "press 30 or 988", "166746", "1-833-943-57461", "66746-2"]
)
def test_other_numbers_are_left_alone(text):
    assert found(text) == []


@pytest.mark.parametrize("text", ["833 943 5746", "Dial 988. Then press 3 for help.", "txt PRIDE to 988", "66746"])
@pytest.mark.parametrize("beside", ["9", "-1", "call", "988", ""])
def test_each_is_found_in_its_passage_whatever_stands_before_and_after(text, beside):
    passages = [Passage(one, Place(Path(str(at)))) for at, one in enumerate((beside, text, beside))]
    assert [str(one.place) for one in find_retired(passages, RETIRED)] == ["1"]


def test_nothing_is_found_across_passages():
    parts = ["833", "943 5746", "Dial 988.", "Press", "3", "text PRIDE", "to 988"]
    assert find_retired([Passage(one) for one in parts], RETIRED) == ()


def test_a_menu_beside_its_number_is_a_press():
    text = b"resources:\n  - id: a\n    phones:\n      - number: '988'\n        menu: '3'\n"
    document, _ = parse_yaml(text, Path("list.yaml"))
    assert document
    problem = find_retired(passages_of(document), RETIRED)[0]
    assert (problem.place.line, problem.code, problem.is_error) == (2, "retired-text", True)


def test_a_resource_of_any_format_is_looked_through():
    tree = {"id": "a", "name": "A", "kind": "crisis", "texts": [{"number": "988", "keyword": "PRIDE"}]}
    resource = Resource.model_validate(tree)
    assert find_retired(passages_of_resource(resource), RETIRED)


@pytest.mark.parametrize(
    ("match", "text"),
    [
        ("lifeline.info", "see LİFELINE.INFO"),
        ("lifeline.info", "see lıfelıne.info"),
        ("γραμμες", "ΓΡΑΜΜΕΣ"),
        ("press 3", "988 PRESS 3"),
        ("press 3", "988 pulsa tres"),
        ("press 3", "988, luego oprıma el 3"),
        ("text PRIDE to 988", "Text prıde to 988"),
        ("1-833-943-5746", "Call (833) 9-HELP-46"),
        ("1-833-943-5746", "Call +1 833 943 5746"),
    ],
)
def test_no_spelling_that_a_pattern_finds_is_ruled_out_before(match, text):
    pattern = retired_texts._pattern(match)
    said = retired_texts._Said(Passage(text))
    assert said.find(pattern), "the pattern finds it"
    assert find_retired([Passage(text)], [RetiredText(match=match, why="it is old")])
