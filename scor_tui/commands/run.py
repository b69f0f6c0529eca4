"""Parse, dispatch, answer: the edge where an error becomes a sentence and an exit code."""

from __future__ import annotations

import argparse
import errno
import importlib
import io
import json
import re
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from scor_tui import __version__
from scor_tui.commands.answer import Answer, Handler, plain
from scor_tui.commands.table import COMMANDS, DRAWING, Argument, Command
from scor_tui.domain.errors import ExitCode, OtherEndFailed, ScorError, WrongUse
from scor_tui.domain.text import clean

DESCRIPTION = "Numériser, transmettre et suivre les pièces justificatives SCOR."
EPILOG = (
    "codes de sortie : 0 fait, 1 refusé par une règle, 2 mauvais emploi, 3 l'autre bout a échoué (recommencez), "
    "4 données endommagées"
)
HELP = frozenset({"-h", "--help"})
FOLDER_HELP = "dossier de données (ou SCOR_TUI_DOSSIER)"

_WORDS = (
    (r"argument COMMANDE: invalid choice: (\S+) .*", r"la commande \1 n'existe pas"),
    (r"the following arguments are required: (.*)", r"il manque : \1"),
    (r"argument (\S+): invalid choice: (.*) \(choose from (.*)\)", r"\1 : \2 n'est pas un des choix (\3)"),
    (r"argument (\S+): invalid (?:int|float|_number) value: (.*)", r"\1 : \2 n'est pas un nombre"),
    (r"argument (\S+): expected .*", r"\1 : il manque une valeur"),
    (r"unrecognized arguments: (.*)", r"argument inconnu : \1"),
    (r"ambiguous option: (\S+) could match (.*)", r"\1 est ambigu : \2"),
    (r"argument (\S+): ignored explicit argument (.*)", r"\1 ne prend pas de valeur : \2"),
)
"""What argparse says, and how we say it."""


class _Parser(argparse.ArgumentParser):
    """argparse with French words and our exit code."""

    def error(self, message: str) -> NoReturn:
        for english, french in _WORDS:
            message = re.sub(english, french, message)
        raise WrongUse(f"{clean(message, limit=200)}.", f"Voyez : {self.prog} --help.")

    def format_help(self) -> str:
        words = {"usage: ": "emploi : ", "positional arguments:": "arguments :", "options:": "options :"}
        text = super().format_help()
        for english, french in words.items():
            text = text.replace(english, french)
        return text


def run(arguments: Sequence[str]) -> int:
    """Run one command; prints its answer and returns its exit code."""
    wants_json = "--json" in arguments
    _accept_any_terminal()
    try:
        asked = parser(arguments).parse_args(arguments)
        return _tell(_handler(asked.handler)(asked), wants_json=wants_json)
    except ScorError as error:
        return _tell_error(error, wants_json=wants_json)
    except KeyboardInterrupt:
        print("Arrêté.", file=sys.stderr)  # noqa: T201 - the command line's own voice
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as error:
        told = _unusable(error)
        return _tell_error(told, wants_json=wants_json) if told else _tell_defect(error, wants_json=wants_json)
    except Exception as error:  # noqa: BLE001 - the last edge: a sentence instead of a trace with patients' data
        return _tell_defect(error, wants_json=wants_json)


def parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """Return the parser made from the table of commands: those that the line may name, or all of them for its help."""
    top = _Parser(prog="scor-tui", description=DESCRIPTION, epilog=EPILOG, add_help=False)
    _help(top)
    top.add_argument("--version", action="version", version=f"scor-tui {__version__}", help="dire la version")
    top.set_defaults(handler="scor_tui.commands.welcome:welcome", json=False, souris="oui", ascii=False)
    top.add_argument("--dossier", metavar="D", help=FOLDER_HELP)
    _add_each(top, DRAWING)
    names = top.add_subparsers(metavar="COMMANDE", title="commandes", parser_class=_Parser)
    all_of_them = not HELP.isdisjoint(arguments)
    for command in COMMANDS:
        if not all_of_them and command.name not in arguments:
            continue
        one = names.add_parser(command.name, help=command.help, description=command.help, add_help=False)
        _add(one, command)
    return top


def _add(one: argparse.ArgumentParser, command: Command) -> None:
    _help(one)
    _add_each(one, command.arguments)
    one.add_argument("--json", action="store_true", help="répondre en JSON")
    if command.practice:
        one.add_argument("--dossier", metavar="D", default=argparse.SUPPRESS, help=FOLDER_HELP)
    one.set_defaults(handler=command.handler)


def _add_each(one: argparse.ArgumentParser, arguments: Sequence[Argument]) -> None:
    """Add arguments; what the top of the line said stays unless the command says it again."""
    for argument in arguments:
        settings = argument.settings | ({"default": argparse.SUPPRESS} if argument in DRAWING else {})
        one.add_argument(*argument.names, **settings)


def _help(one: argparse.ArgumentParser) -> None:
    one.add_argument("-h", "--help", action="help", help="afficher cette aide")


def _handler(name: str) -> Handler:
    module, function = name.split(":")
    found: Handler = getattr(importlib.import_module(module), function)
    return found


def _tell(answer: Answer, *, wants_json: bool) -> int:
    if wants_json:
        _print(_json(plain(answer.facts)))
    else:
        for line in answer.lines:
            _print(
                clean(line, limit=400) if line.isprintable() else "\n".join(clean(part) for part in line.split("\n"))
            )
    return int(answer.code)


def _tell_error(error: ScorError, *, wants_json: bool) -> int:
    if wants_json:
        _print(_json({"erreur": error.as_dict()}))
    print(clean(str(error), limit=600), file=sys.stderr)  # noqa: T201 - the command line's own voice
    for line, sentence in getattr(error, "lines", [])[:20]:
        print(f"  ligne {line} : {clean(sentence)}", file=sys.stderr)  # noqa: T201 - likewise
    return int(error.exit_code)


def _unusable(error: OSError) -> ScorError | None:
    """Return the sentence of a file or folder that the user named and that cannot be used, if it is that."""
    name = clean(str(error.filename or ""), limit=120)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return OtherEndFailed("Le disque est plein.", "Libérez de la place, puis recommencez.")
    if not name or error.errno not in _WHY_NOT:
        return None
    return WrongUse(
        f"« {name} » ne peut pas être utilisé : {_WHY_NOT[error.errno]}.", "Vérifiez ce chemin et ses droits."
    )


_WHY_NOT = {
    errno.ENOENT: "ce chemin n'existe pas",
    errno.ENOTDIR: "ce n'est pas un dossier",
    errno.EISDIR: "c'est un dossier",
    errno.EEXIST: "il existe déjà, et ce n'est pas un dossier",
    errno.EACCES: "l'accès est refusé",
    errno.EPERM: "l'accès est refusé",
    errno.EROFS: "le disque est en lecture seule",
    errno.ENAMETOOLONG: "son nom est trop long",
}


def _tell_defect(error: Exception, *, wants_json: bool) -> int:
    """Say that the program is at fault: where, never with which values."""
    from scor_tui.domain.defects import where

    sentence = (
        f"Défaut du programme ({where(error)}). Rien d'autre n'a été changé que "
        "ce qui était déjà confirmé. Signalez ces mots à l'éditeur, puis recommencez."
    )
    if wants_json:
        _print(_json({"erreur": {"titre": "Défaut du programme", "cause": sentence}}))
    print(sentence, file=sys.stderr)  # noqa: T201 - the command line's own voice
    return int(ExitCode.DATA_DAMAGED)


def _json(facts: Any) -> str:
    """Write JSON that a terminal may show: what `clean` would replace is escaped, so that no fact is lost."""
    text = json.dumps(facts, ensure_ascii=False, indent=1)
    return _BEYOND_ASCII.sub(
        lambda found: found[0] if clean(found[0]) == found[0] else json.dumps(found[0])[1:-1], text
    )


_BEYOND_ASCII = re.compile("[^\n -~]")


def _accept_any_terminal() -> None:
    """Let a terminal that is not UTF-8 show what it can, instead of failing on the first accent."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _print(text: str) -> None:
    print(text)  # noqa: T201 - the command line's own voice
