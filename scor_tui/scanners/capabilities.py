"""What a scanner can do, read from the list of options that `scanimage -A` prints.

Drivers differ in what they offer and how they name it: nothing is asked of a scanner that it does not list.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from scor_tui.domain.norms import MIN_DPI

_OPTION = re.compile(r"^ {1,6}(--?[A-Za-z][\w-]*)(.*)$")
_RANGE = re.compile(r"(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_STEPS = re.compile(r" \(in steps of [^)]*\)$")
_STATES = (" [inactive]", " [read-only]", " [hardware]")
_ADVANCED = " [advanced]"
_GRAY = frozenset({"gray", "grey", "grayscale", "greyscale"})
_DITHERED = ("[", "dither", "diffusion", "halftone", "16")
_FEEDERS = ("adf", "feeder", "duplex")


@dataclass(frozen=True)
class Option:
    """One option: the values it may take (empty for a range or free text), its range, its present value."""

    name: str
    values: tuple[str, ...] = ()
    lowest: float | None = None
    highest: float | None = None
    current: str = ""
    settable: bool = True

    @property
    def numbers(self) -> tuple[float, ...]:
        """The values that are numbers, ascending."""
        found = (_NUMBER.match(value) for value in self.values)
        return tuple(sorted(float(match.group()) for match in found if match))


@dataclass(frozen=True)
class Capabilities:
    """The options that can be set on a device, by name (`--source`, `-x` …)."""

    options: Mapping[str, Option]

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources as the driver names them; empty when there is nothing to choose."""
        return self._values("--source")

    @property
    def default_source(self) -> str:
        """The source that is used when none is asked for; empty when unknown."""
        option = self.options.get("--source")
        return option.current if option else ""

    @property
    def gray_mode(self) -> str:
        """The driver's name of 8-bit grey without dithering; empty when it has none."""
        modes = self._values("--mode")
        plain = [mode for mode in modes if mode.casefold() in _GRAY]
        near = [mode for mode in modes if re.search("gr[ae]y", mode, re.I) and not _is_dithered(mode)]
        return next(iter(plain + near), "")

    @property
    def highest_dpi(self) -> float:
        """The best resolution, 0 when it cannot be set."""
        option = self.options.get("--resolution")
        if option is None:
            return 0.0
        return option.highest if option.highest is not None else max(option.numbers, default=0.0)

    @property
    def why_not(self) -> str:
        """Return a French reason why the device cannot make compliant pages, or an empty string."""
        if not self.gray_mode:
            return "Il ne propose pas la numérisation en gris."
        if self.highest_dpi < MIN_DPI:
            return f"Il ne propose pas la résolution de {MIN_DPI:.0f} dpi."
        return ""

    def dpi_for(self, wanted: int) -> float:
        """Return the resolution to ask for: the nearest not below `wanted`, else the best."""
        option = self.options.get("--resolution")
        if option is None:
            return float(wanted)
        if option.lowest is not None and option.highest is not None:
            return min(max(float(wanted), option.lowest), option.highest)
        enough = [number for number in option.numbers if number >= wanted]
        return min(enough, default=self.highest_dpi)

    def has(self, name: str) -> bool:
        """Whether the option can be set."""
        return name in self.options

    def _values(self, name: str) -> tuple[str, ...]:
        option = self.options.get(name)
        return option.values if option else ()


def parse(text: str) -> Capabilities:
    """Read the output of `scanimage -A`; lines that are not understood are left out, nothing is raised."""
    found: dict[str, Option] = {}
    for line in text.splitlines():
        match = _OPTION.match(line)
        if match is None:
            continue
        option = _option(match.group(1), match.group(2))
        if option.settable:
            found.setdefault(option.name, option)
    return Capabilities(found)


def is_feeder(source: str) -> bool:
    """Whether a source takes sheets one after the other; an automatic choice does not count as one."""
    return any(word in source.casefold() for word in _FEEDERS)


def is_duplex(source: str) -> bool:
    """Whether a source reads both sides of a sheet."""
    return "duplex" in source.casefold()


def _option(name: str, rest: str) -> Option:
    text = rest.rstrip().removesuffix(_ADVANCED)
    settable = not text.endswith(_STATES)
    text, current = _split_current(text)
    text = _STEPS.sub("", text).strip()
    values = tuple(value for value in text.split("|") if value and value != "auto")
    bounds = _RANGE.match(values[0]) if len(values) == 1 else None
    if bounds:
        return Option(name, (), float(bounds.group(1)), float(bounds.group(2)), current, settable)
    return Option(name, values, current=current, settable=settable)


def _split_current(text: str) -> tuple[str, str]:
    """Part ` A|B [A]` into its values and the present one; values may hold brackets of their own."""
    if not text.endswith("]"):
        return text, ""
    starts = [match.start() for match in re.finditer(re.escape(" ["), text)]
    for start in starts:
        if text[start + 2 : -1] in text[:start].strip().split("|"):
            return text[:start], text[start + 2 : -1]
    return (text[: starts[-1]], text[starts[-1] + 2 : -1]) if starts else (text, "")


def _is_dithered(mode: str) -> bool:
    return any(word in mode.casefold() for word in _DITHERED)
