"""What the terminal can show, decided from the environment before textual is imported (it reads it at import)."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass

NARROWEST, LOWEST = 80, 24
POOR_TERMINALS = frozenset({"dumb", "unknown", ""})


@dataclass(frozen=True)
class Profile:
    """How to draw: theme, plain ASCII glyphs, mouse clicks. `refusal` is why nothing can be drawn at all.

    `utf8` tells whether the terminal reads UTF-8: without it even letters lose their accents.
    """

    theme: str = "ansi-dark"
    ascii_only: bool = False
    mouse: bool = True
    over_ssh: bool = False
    utf8: bool = True
    refusal: str = ""


def decide(environment: Mapping[str, str], *, is_tty: bool, mouse: bool = True, ascii_only: bool = False) -> Profile:
    """Return the profile of a terminal; nothing is asked of the terminal itself."""
    term = environment.get("TERM", "")
    if not is_tty:
        return Profile(refusal="L'interface demande un terminal ; ici la sortie n'en est pas un.")
    if term in POOR_TERMINALS:
        return Profile(refusal=f"Le terminal « {term or 'non nommé'} » ne sait pas dessiner d'écran.")
    utf8 = _reads_utf8(environment)
    return Profile(
        theme="ansi-light" if environment.get("SCOR_TUI_THEME") == "clair" else "ansi-dark",
        ascii_only=ascii_only or not utf8 or term == "linux",
        mouse=mouse,
        over_ssh="SSH_CONNECTION" in environment,
        utf8=utf8,
    )


def _reads_utf8(environment: Mapping[str, str]) -> bool:
    """Whether the locale says UTF-8; what Python itself writes into LC_CTYPE in the C locale (PEP 538) says nothing."""
    spoken = [environment.get(name, "") for name in ("LC_ALL", "LC_CTYPE", "LANG")]
    if spoken[1] == "C.UTF-8" and spoken[2] in {"", "C", "POSIX"}:
        spoken[1] = ""
    return "utf" in next((one for one in spoken if one), "").lower()


def prepare(profile: Profile, environment: MutableMapping[str, str]) -> None:
    """Set what textual reads at import: no animation, a short Escape, no 24-bit colours inside GNU screen."""
    environment["TEXTUAL_ANIMATIONS"] = "none"
    environment.setdefault("ESCDELAY", "100" if profile.over_ssh else "40")
    if profile.over_ssh:
        environment.setdefault("TEXTUAL_FPS", "20")
    environment.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")  # it swallows dead keys, hence ê and ï (textual#6561)
    if "STY" in environment and "TMUX" not in environment:
        environment.pop("COLORTERM", None)
