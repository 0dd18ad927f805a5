"""Random expressions in CEL: mostly of the type that is wanted, with a part of another type now and then."""

from __future__ import annotations

import random

#: What can be named, by environment and type.
NAMES = {
    "disk": {
        "uint": ["disk.size", "disk.io_size", "GB", "MiB"], "bool": ["disk.rotational", "system_disk", "disk.cdrom"], "message": ["disk"],
        "string": ["disk.model", "disk.transport", "disk.`serial`"], "list(string)": ["disk.symlinks", "disk.secondary_disks"],
    },
    "volume": {
        "uint": ["volume.size", "volume.partition_index", "disk.size", "KiB"], "string": ["volume.label", "volume.name", "disk.model"],
        "bool": ["disk.readonly"], "message": ["volume", "disk"], "list(string)": ["disk.symlinks"],
    },
    "member": {"uint": ["volume.size", "EB"], "string": ["volume_id", "volume.uuid"], "bool": ["system_disk"], "message": ["disk", "volume"]},
    "link": {
        "uint": ["link.mtu", "link.vlan.vid", "link.bond_master.mii_mon"], "int": ["link.type", "link.speed_megabits", "link.vrf_master.table"],
        "string": ["link.driver", "link.kind", "mac(link.permanent_addr)", "link.wireguard.peers[0].endpoint"], "bytes": ["link.hardware_addr"],
        "bool": ["link.link_state", "link.bridge_master.stp.enabled", "has(link.vlan)"], "list(string)": ["link.alt_names"],
        "message": ["link", "link.vlan"], "duration": ["link.wireguard.peers[0].persistent_keepalive_interval"],
    },
    "oom-trigger": {
        "double": ["memory_some_avg10", "d_memory_full_total", "multiply_qos_vectors(qos_memory_current, d_qos_memory_max)"], "uint": ["GiB"],
        "map(int, double)": ["qos_memory_current", "d_qos_memory_some_avg10"], "duration": ["time_since_trigger"], "int": ["Burstable", "System"],
        "optional": ["qos_memory_peak[?Burstable]", "qos_memory_peak.?a", "optional.of(1)", "optional.none()"],
    },
    "oom-ranking": {
        "optional": ["memory_max", "memory_current", "optional.none()", "memory_peak.optMap(x, x + 1u)"], "string": ["path"],
        "int": ["class", "Guaranteed"], "uint": ["memory_max.orValue(1u)", "memory_peak.value()", "MiB"], "double": ["double(memory_max.orValue(0u))"],
    },
}  # fmt: skip
LITERALS = {
    "bool": ["true", "false"], "int": ["1", "0", "-1", "0x1F", "9223372036854775807"], "uint": ["1u", "0U", "0xfu"],
    "double": ["1.0", ".5", "1e3", "-2.5"], "string": ["'a'", '"b"', "r'\\q'", "'''a\n'b'''", "'\\x41\\u00e9'", "''"], "bytes": ["b'a'", "b'\\x01'"],
    "list(string)": ["['a', 'b']", "[]", "['a',]"], "list(int)": ["[1, 2]", "[]"], "map(int, double)": ["{1: 1.0}", "{}"],
    "map(string, int)": ["{'a': 1}", "{}"], "duration": ["duration('1s')"], "timestamp": ["timestamp('2024-01-01T00:00:00Z')", "timestamp(1)"],
    "null": ["null"], "dyn": ["dyn(1)", "[1, 'a'][0]"], "type": ["int", "type(1)", "string"], "message": ["null"], "optional": ["null"],
}  # fmt: skip
#: How a value of a type is made of others; braces of the language itself are written ⟦ and ⟧.
FORMS = {
    "bool": [
        "{bool} && {bool}", "{bool} || {bool}", "!{bool}", "({bool})", "{int} < {int}", "{uint} >= {uint}", "{double} > {double}", "{string} == {string}",
        "{string}.startsWith({string})", "{string}.matches({string})", "matches({string}, {string})", "{string} in {list(string)}", "{int} in {list(int)}",
        "{list(string)}.exists(x, {bool})", "{list(int)}.all(y, y > {int})", "{list(int)}.exists_one(y, y == {int})", "has({message}.size)", "{message} != {message}",
        "{bool} ? {bool} : {bool}", "{duration} > {duration}", "{string} in {map(string, int)}", "{bytes} != {bytes}", "{any} == {any}", "{type} == {type}",
        "glob({string}, {string})", "{list(string)} == {list(string)}", "{timestamp} < {timestamp}", "bool({string})", "{optional}.hasValue()", "{dyn} == {any}",
        "{map(int, double)}.exists(k, k > {int})", "{list(string)}.map(x, x + {string}).exists(z, z == {string})",
    ],
    "int": ["{int} + {int}", "{int} % {int}", "-{int}", "size({string})", "{list(string)}.size()", "int({double})", "{list(int)}[{int}]", "{bool} ? {int} : {int}", "{timestamp}.getFullYear()", "{duration}.getHours()", "{map(string, int)}[{string}]", "{map(string, int)}.a"],
    "uint": ["{uint} * {uint}", "{uint} / {uint}", "uint({int})", "{uint} - {uint}"],
    "double": ["{double} * {double}", "double({int})", "{double} - {double}", "{map(int, double)}[{int}]", "-{double}", "{bool} ? {double} : {double}"],
    "string": ["{string} + {string}", "string({int})", "{list(string)}[0]", "string({bytes})", "{bool} ? {string} : {string}", "{list(string)}.filter(x, {bool})[0]"],
    "bytes": ["bytes({string})", "{bytes} + {bytes}"],
    "list(string)": ["{list(string)} + {list(string)}", "{list(string)}.filter(x, x == {string})", "{list(string)}.map(x, {bool}, x)", "[{string}, {string}]"],
    "list(int)": ["{list(int)}.map(y, y * {int})", "[{int}, {int}]", "{list(string)}.map(x, x.size())"],
    "map(int, double)": ["⟦{int}: {double}⟧"], "map(string, int)": ["⟦{string}: {int}⟧"],
    "duration": ["{duration} + {duration}", "{timestamp} - {timestamp}"], "timestamp": ["{timestamp} + {duration}"],
    "dyn": ["dyn({any})", "{dyn}.a", "{dyn}[0]", "[{any}, {any}][0]"], "type": ["type({any})"], "optional": ["{optional}.or({optional})", "optional.of({any})"],
}  # fmt: skip
VARIABLES = {"string": "x", "int": "y"}
PIECES = [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ".",
    ",",
    "?",
    ":",
    "!",
    "-",
    "+",
    "==",
    "&&",
    "||",
    "in",
    "a",
    "1",
    "1u",
    "'a'",
    "null",
    "=",
    "&",
    "@",
    "$",
    "?.",
    ".?",
    "`a`",
    "for",
    " ",
    "//",
    "'",
    '"',
    "\\",
    "0x",
    "1e",
    "true",
    "has(a)",
    "é",
]


class Expressions:
    """Makes expressions of one environment."""

    def __init__(self, seed: int, environment: str) -> None:
        self.random = random.Random(f"{seed} {environment}")
        self.names = NAMES[environment]
        self.wanted = "double" if environment == "oom-ranking" else "bool"

    def text(self) -> str:
        """An expression, sometimes with a piece too many, too few or in the wrong place."""
        text = self.of(self.wanted, self.random.choice([1, 2, 3, 4]))
        while self.random.random() < 0.12:
            at = self.random.randrange(len(text) + 1)
            cut = self.random.choice([0, 0, 1, 2])
            text = text[:at] + self.random.choice([*PIECES, ""]) + text[at + cut :]
        return text or "true"

    def of(self, kind: str, depth: int) -> str:
        """An expression of a type, or, rarely, of another one."""
        pick = self.random.choice
        if kind == "any" or self.random.random() < 0.03:
            kind = pick(sorted(LITERALS))
        if depth and kind in FORMS and self.random.random() < 0.8:
            return self._filled(pick(FORMS[kind]), depth - 1)
        found = [*self.names.get(kind, []), *LITERALS.get(kind, [])]
        if kind in VARIABLES and self.random.random() < 0.1:
            found.append(VARIABLES[kind])
        return pick(found)

    def _filled(self, form: str, depth: int) -> str:
        out, rest = "", form
        while "{" in rest:
            before, _, after = rest.partition("{")
            kind, _, rest = after.partition("}")
            part = self.of(kind, depth)
            # Most operands that are themselves operations stand in parentheses.
            if " " in part and self.random.random() < 0.9:
                part = f"({part})"
            out += before + part
        return (out + rest).replace("⟦", "{").replace("⟧", "}")
