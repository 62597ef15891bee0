"""Every word of the pages stands in both catalogues, and nowhere else."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import artframe_folder_sync
import artframe_immich
from artframe.config.fields import Field, fields_in
from artframe.config.models import FrameSettings
from artframe.config.schema import SourceSettings, schema_of
from artframe.core.log_line import LogLine
from artframe.host.states import State
from artframe.interfaces.runner import Scope
from artframe.interfaces.web.pages import access_page, log_page, rendering, setup_pages
from artframe.interfaces.web.pages.texts import FOLDER, LANGUAGES, preferred, texts
from artframe.jobs.labels import FETCHED
from artframe.jobs.run import Outcome
from artframe_folder_sync.run.counting import COUNTS
from artframe_folder_sync.settings import FolderSyncSettings
from artframe_immich.settings import ImmichSettings

TEMPLATES = sorted((FOLDER.parent / "templates").rglob("*.html"))
MODULES = sorted((FOLDER.parent / "pages").glob("*.py"))
SAME = {
    "English",
    "Deutsch",
    "Immich",
    "Name",
    "Port",
    "SSH",
    "Tags",
    "Reserve",
    "MB",
    "%",
    "°",
    "0°",
    "90°",
    "180°",
    "270°",
}
"""Settings' texts that are the same in German."""


def model_texts() -> set[str]:
    """What our plugins say of themselves, all that the forms of settings say, and what our jobs count, in English."""
    last = tuple(SourceSettings.model_fields)
    fields: list[Field] = fields_in(schema_of(FrameSettings))
    for plugin in (ImmichSettings, FolderSyncSettings):
        fields = [*fields, *fields_in(schema_of(plugin), last=last)]
    found = {str(schema_of(plugin)["description"]) for plugin in (ImmichSettings, FolderSyncSettings)}
    found |= {str(package.__doc__) for package in (artframe_immich, artframe_folder_sync)}
    found |= {text for one in fields for text in (one.section, one.title, one.help, one.unit, one.null_label)}
    found |= {option.label for one in fields for option in one.options}
    return (found | {*FETCHED.values(), *COUNTS.values()}) - {""}


def families() -> dict[str, set[str]]:
    """Words that come from elsewhere, by the beginning of their keys."""
    return {
        "state": {state.value for state in State},
        "state_long": {state.value for state in State} - {"running"},
        "outcome": {outcome.value for outcome in Outcome},
        "scope": {scope.value for scope in Scope},
        "level": set(log_page.LEVELS),
        "level_word": {*log_page.LEVELS, "critical"},
        "owner": {"frame", "config", "artframe"},
        "theme": set(rendering.THEMES),
        "setup.step": set(setup_pages.STEPS),
        "setup.title": set(setup_pages.STEPS),
        "setup.text": set(setup_pages.STEPS),
        "month": {str(month) for month in range(1, 13)},
        "span": {"days", "hours", "minutes", "seconds"},
        "time.ago": {f"{unit}.{form}" for unit in ("day", "hour", "minute", "second") for form in ("one", "other")},
        "time.ahead": {f"{unit}.{form}" for unit in ("day", "hour", "minute", "second") for form in ("one", "other")},
        "chart": {"seconds"},
        "stats": {"waiting", "evicted", "unreadable", "failing"},
    }


def used_keys() -> set[str]:
    words = texts("en").words
    found = {f"{family}.{member}" for family, members in families().items() for member in members}
    for path in [*TEMPLATES, *MODULES]:
        # Quoted words with a dot that begin like a key of ours.
        for quoted in re.findall(r"""["']([a-z_]+(?:\.[a-z_]+)+)["']""", path.read_text("utf-8")):
            if not quoted.endswith((".html", ".js", ".css", ".svg", ".json")) and quoted.partition(".")[0] in {
                key.partition(".")[0] for key in words
            }:
                found |= {quoted} if quoted in words else _forms(quoted)
    for path in MODULES:
        code = path.read_text("utf-8")
        found |= {f"said.{said}" for said in re.findall(r'said="([a-z_]+)"', code)}
        for call in re.findall(r"\bgo\((.*?)\)\n", code):
            found |= {f"said.{said}" for said in re.findall(r'"([a-z_]+)"', call)}
        found |= {f"error.{heading}" for heading in re.findall(r'\d{3}: "([a-z_]+)"', code)}
        found |= {f"error.{heading}" for heading in re.findall(r'_HEADINGS\.get\(status, "([a-z_]+)"', code)}
        found |= {f"said.{word}" for word in re.findall(r'"(retry|reload|enable|disable)"', code)}
    return found | {"said.left"}


def _forms(key: str) -> set[str]:
    return {f"{key}.one", f"{key}.other"}


def test_both_languages_have_the_same_texts() -> None:
    english, german = texts("en"), texts("de")
    assert english.words.keys() == german.words.keys()
    assert all(text.strip() == text != "" for language in (english, german) for text in language.words.values())


def test_the_texts_of_both_languages_have_the_same_places_to_fill_in() -> None:
    def places(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}

    english, german = texts("en").words, texts("de").words
    assert not {key for key in english if places(english[key]) != places(german[key])}


def test_every_text_that_is_used_is_there_and_every_text_that_is_there_is_used() -> None:
    known, used = set(texts("en").words), used_keys()
    assert not used - known, "used and not there"
    assert not known - used, "there and not used"


def test_german_is_not_english() -> None:
    english, german = texts("en").words, texts("de").words
    same = {key for key in english if english[key] == german[key] and re.search(r"[a-z]{4}", english[key])}
    allowed = {"Name", "Album", "Plugin", "Plugins", "System", "Version", "Immich", "Pause", "Info", "Detail"}
    assert not {key for key in same if english[key] not in allowed}


@pytest.mark.parametrize("language", LANGUAGES)
def test_settings_are_translated_by_texts_that_the_models_have(language: str) -> None:
    assert not set(texts(language).settings) - model_texts(), "texts that no setting has any more"


def test_all_settings_of_the_frame_and_of_its_own_plugins_are_there_in_german() -> None:
    german = texts("de").settings
    assert not model_texts() - set(german)
    assert {text for text in model_texts() if german[text] == text} <= SAME


def test_levels_and_scopes_are_those_of_the_frame() -> None:
    assert set(access_page.SCOPES) == {scope.value for scope in Scope}
    assert "level" in LogLine.__dataclass_fields__


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_words_of_its_own(path: Path) -> None:
    assert not list(hard_coded(path.read_text("utf-8")))


NO_WORDS = {"artframe", "Python", "ssh -p  frame@"}


def hard_coded(template: str) -> Iterator[str]:
    plain = re.sub(r"\{#.*?#\}", "", template, flags=re.DOTALL)
    plain = re.sub(r"\{% block body_class %\}[a-z -]*\{% endblock %\}", "", plain)
    # What stands in a tag or an expression of the template language is no word of the page; a mark keeps its place.
    plain = re.sub(r"\{%.*?%\}", "", plain, flags=re.DOTALL)
    plain = re.sub(r"\{\{.*?\}\}", "", plain, flags=re.DOTALL)
    for attribute in re.findall(r"""\s(?:title|alt|aria-label|placeholder|label)="([^"]*)\"""", plain):
        if re.search(r"[A-Za-z]{2}", attribute) and "://" not in attribute:
            yield attribute
    for text in re.split(r"<[^<>]*>", plain):
        # Attributes that a macro gives stand outside of any tag.
        word = re.sub(r'[a-z-]+="[^"]*"', "", text).strip(" \n·:/°×()–-")
        if re.search(r"[A-Za-z]{2}", word) and word not in NO_WORDS and not word.startswith("<!doctype"):
            yield word


@pytest.mark.parametrize(
    "template", ["<p>Hello</p>", '<img alt="a photo">', '<p>{{ t("x.y") }} and so on</p>', '<input placeholder="here">']
)
def test_the_search_for_words_finds_them(template: str) -> None:
    assert list(hard_coded(template))


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("fr,de;q=0.3,en;q=0.2", "de"),
        ("en;q=0.1, de;q=0.2", "de"),
        ("fr", "en"),
        ("", "en"),
        (";;q=x,,de;q=nan;", "de"),
        ("," * 100_000, "en"),
    ],
)
def test_a_browser_is_answered_in_the_language_it_likes_best(accepted: str, language: str) -> None:
    assert preferred(accepted, "en") == language


def test_a_language_that_there_is_not_is_english() -> None:
    assert texts("tlh").language == "en"
