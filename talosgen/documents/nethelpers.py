"""Enumerations of the network.

Written by scripts/documents.py from the table.
"""

from __future__ import annotations

from talosgen.documents.values import Enumeration

__all__ = [
    "ADLACPActive",
    "ADSelect",
    "ARPAllTargets",
    "ARPValidate",
    "AutoHostnameKind",
    "BondMode",
    "BondXmitHashPolicy",
    "ClientIdentifier",
    "DNSProtocol",
    "DefaultAction",
    "FailOverMAC",
    "LACPRate",
    "PrimaryReselect",
    "Protocol",
    "RoutingRuleAction",
    "RoutingTable",
    "VLANProtocol",
    "WOLMode",
]


class BondMode(Enumeration, type="nethelpers.BondMode"):
    """Bond mode."""

    BALANCE_RR = "balance-rr"
    ACTIVE_BACKUP = "active-backup"
    BALANCE_XOR = "balance-xor"
    BROADCAST = "broadcast"
    IEEE_802_3AD = "802.3ad"
    BALANCE_TLB = "balance-tlb"
    BALANCE_ALB = "balance-alb"


class BondXmitHashPolicy(Enumeration, type="nethelpers.BondXmitHashPolicy"):
    """Bond xmit hash policy."""

    LAYER2 = "layer2"
    LAYER3_4 = "layer3+4"
    LAYER2_3 = "layer2+3"
    ENCAP2_3 = "encap2+3"
    ENCAP3_4 = "encap3+4"


class ARPValidate(Enumeration, type="nethelpers.ARPValidate"):
    """ARP validate."""

    NONE = "none"
    ACTIVE = "active"
    BACKUP = "backup"
    ALL = "all"
    FILTER = "filter"
    FILTER_ACTIVE = "filter-active"
    FILTER_BACKUP = "filter-backup"


class ARPAllTargets(Enumeration, type="nethelpers.ARPAllTargets"):
    """ARP all targets."""

    ANY = "any"
    ALL = "all"


class LACPRate(Enumeration, type="nethelpers.LACPRate"):
    """LACP rate."""

    SLOW = "slow"
    FAST = "fast"


class FailOverMAC(Enumeration, type="nethelpers.FailOverMAC"):
    """Fail over MAC."""

    NONE = "none"
    ACTIVE = "active"
    FOLLOW = "follow"


class ADSelect(Enumeration, type="nethelpers.ADSelect"):
    """AD select."""

    STABLE = "stable"
    BANDWIDTH = "bandwidth"
    COUNT = "count"


class ADLACPActive(Enumeration, type="nethelpers.ADLACPActive"):
    """ADLACP active."""

    OFF = "off"
    ON = "on"


class PrimaryReselect(Enumeration, type="nethelpers.PrimaryReselect"):
    """Primary reselect."""

    ALWAYS = "always"
    BETTER = "better"
    FAILURE = "failure"


class RoutingTable(Enumeration, type="nethelpers.RoutingTable"):
    """Routing table."""

    UNSPEC = "unspec"
    TABLE_1 = "1"
    TABLE_2 = "2"
    TABLE_3 = "3"
    TABLE_4 = "4"
    TABLE_5 = "5"
    TABLE_6 = "6"
    TABLE_7 = "7"
    TABLE_8 = "8"
    TABLE_9 = "9"
    TABLE_10 = "10"
    TABLE_11 = "11"
    TABLE_12 = "12"
    TABLE_13 = "13"
    TABLE_14 = "14"
    TABLE_15 = "15"
    TABLE_16 = "16"
    TABLE_17 = "17"
    TABLE_18 = "18"
    TABLE_19 = "19"
    TABLE_20 = "20"
    TABLE_21 = "21"
    TABLE_22 = "22"
    TABLE_23 = "23"
    TABLE_24 = "24"
    TABLE_25 = "25"
    TABLE_26 = "26"
    TABLE_27 = "27"
    TABLE_28 = "28"
    TABLE_29 = "29"
    TABLE_30 = "30"
    TABLE_31 = "31"
    TABLE_32 = "32"
    TABLE_33 = "33"
    TABLE_34 = "34"
    TABLE_35 = "35"
    TABLE_36 = "36"
    TABLE_37 = "37"
    TABLE_38 = "38"
    TABLE_39 = "39"
    TABLE_40 = "40"
    TABLE_41 = "41"
    TABLE_42 = "42"
    TABLE_43 = "43"
    TABLE_44 = "44"
    TABLE_45 = "45"
    TABLE_46 = "46"
    TABLE_47 = "47"
    TABLE_48 = "48"
    TABLE_49 = "49"
    TABLE_50 = "50"
    TABLE_51 = "51"
    TABLE_52 = "52"
    TABLE_53 = "53"
    TABLE_54 = "54"
    TABLE_55 = "55"
    TABLE_56 = "56"
    TABLE_57 = "57"
    TABLE_58 = "58"
    TABLE_59 = "59"
    TABLE_60 = "60"
    TABLE_61 = "61"
    TABLE_62 = "62"
    TABLE_63 = "63"
    TABLE_64 = "64"
    TABLE_65 = "65"
    TABLE_66 = "66"
    TABLE_67 = "67"
    TABLE_68 = "68"
    TABLE_69 = "69"
    TABLE_70 = "70"
    TABLE_71 = "71"
    TABLE_72 = "72"
    TABLE_73 = "73"
    TABLE_74 = "74"
    TABLE_75 = "75"
    TABLE_76 = "76"
    TABLE_77 = "77"
    TABLE_78 = "78"
    TABLE_79 = "79"
    TABLE_80 = "80"
    TABLE_81 = "81"
    TABLE_82 = "82"
    TABLE_83 = "83"
    TABLE_84 = "84"
    TABLE_85 = "85"
    TABLE_86 = "86"
    TABLE_87 = "87"
    TABLE_88 = "88"
    TABLE_89 = "89"
    TABLE_90 = "90"
    TABLE_91 = "91"
    TABLE_92 = "92"
    TABLE_93 = "93"
    TABLE_94 = "94"
    TABLE_95 = "95"
    TABLE_96 = "96"
    TABLE_97 = "97"
    TABLE_98 = "98"
    TABLE_99 = "99"
    TABLE_100 = "100"
    TABLE_101 = "101"
    TABLE_102 = "102"
    TABLE_103 = "103"
    TABLE_104 = "104"
    TABLE_105 = "105"
    TABLE_106 = "106"
    TABLE_107 = "107"
    TABLE_108 = "108"
    TABLE_109 = "109"
    TABLE_110 = "110"
    TABLE_111 = "111"
    TABLE_112 = "112"
    TABLE_113 = "113"
    TABLE_114 = "114"
    TABLE_115 = "115"
    TABLE_116 = "116"
    TABLE_117 = "117"
    TABLE_118 = "118"
    TABLE_119 = "119"
    TABLE_120 = "120"
    TABLE_121 = "121"
    TABLE_122 = "122"
    TABLE_123 = "123"
    TABLE_124 = "124"
    TABLE_125 = "125"
    TABLE_126 = "126"
    TABLE_127 = "127"
    TABLE_128 = "128"
    TABLE_129 = "129"
    TABLE_130 = "130"
    TABLE_131 = "131"
    TABLE_132 = "132"
    TABLE_133 = "133"
    TABLE_134 = "134"
    TABLE_135 = "135"
    TABLE_136 = "136"
    TABLE_137 = "137"
    TABLE_138 = "138"
    TABLE_139 = "139"
    TABLE_140 = "140"
    TABLE_141 = "141"
    TABLE_142 = "142"
    TABLE_143 = "143"
    TABLE_144 = "144"
    TABLE_145 = "145"
    TABLE_146 = "146"
    TABLE_147 = "147"
    TABLE_148 = "148"
    TABLE_149 = "149"
    TABLE_150 = "150"
    TABLE_151 = "151"
    TABLE_152 = "152"
    TABLE_153 = "153"
    TABLE_154 = "154"
    TABLE_155 = "155"
    TABLE_156 = "156"
    TABLE_157 = "157"
    TABLE_158 = "158"
    TABLE_159 = "159"
    TABLE_160 = "160"
    TABLE_161 = "161"
    TABLE_162 = "162"
    TABLE_163 = "163"
    TABLE_164 = "164"
    TABLE_165 = "165"
    TABLE_166 = "166"
    TABLE_167 = "167"
    TABLE_168 = "168"
    TABLE_169 = "169"
    TABLE_170 = "170"
    TABLE_171 = "171"
    TABLE_172 = "172"
    TABLE_173 = "173"
    TABLE_174 = "174"
    TABLE_175 = "175"
    TABLE_176 = "176"
    TABLE_177 = "177"
    TABLE_178 = "178"
    TABLE_179 = "179"
    TABLE_180 = "180"
    TABLE_181 = "181"
    TABLE_182 = "182"
    TABLE_183 = "183"
    TABLE_184 = "184"
    TABLE_185 = "185"
    TABLE_186 = "186"
    TABLE_187 = "187"
    TABLE_188 = "188"
    TABLE_189 = "189"
    TABLE_190 = "190"
    TABLE_191 = "191"
    TABLE_192 = "192"
    TABLE_193 = "193"
    TABLE_194 = "194"
    TABLE_195 = "195"
    TABLE_196 = "196"
    TABLE_197 = "197"
    TABLE_198 = "198"
    TABLE_199 = "199"
    TABLE_200 = "200"
    TABLE_201 = "201"
    TABLE_202 = "202"
    TABLE_203 = "203"
    TABLE_204 = "204"
    TABLE_205 = "205"
    TABLE_206 = "206"
    TABLE_207 = "207"
    TABLE_208 = "208"
    TABLE_209 = "209"
    TABLE_210 = "210"
    TABLE_211 = "211"
    TABLE_212 = "212"
    TABLE_213 = "213"
    TABLE_214 = "214"
    TABLE_215 = "215"
    TABLE_216 = "216"
    TABLE_217 = "217"
    TABLE_218 = "218"
    TABLE_219 = "219"
    TABLE_220 = "220"
    TABLE_221 = "221"
    TABLE_222 = "222"
    TABLE_223 = "223"
    TABLE_224 = "224"
    TABLE_225 = "225"
    TABLE_226 = "226"
    TABLE_227 = "227"
    TABLE_228 = "228"
    TABLE_229 = "229"
    TABLE_230 = "230"
    TABLE_231 = "231"
    TABLE_232 = "232"
    TABLE_233 = "233"
    TABLE_234 = "234"
    TABLE_235 = "235"
    TABLE_236 = "236"
    TABLE_237 = "237"
    TABLE_238 = "238"
    TABLE_239 = "239"
    TABLE_240 = "240"
    TABLE_241 = "241"
    TABLE_242 = "242"
    TABLE_243 = "243"
    TABLE_244 = "244"
    TABLE_245 = "245"
    TABLE_246 = "246"
    TABLE_247 = "247"
    TABLE_248 = "248"
    TABLE_249 = "249"
    TABLE_250 = "250"
    TABLE_251 = "251"
    TABLE_252 = "252"
    DEFAULT = "default"
    MAIN = "main"
    LOCAL = "local"


class ClientIdentifier(Enumeration, type="nethelpers.ClientIdentifier"):
    """Client identifier."""

    NONE = "none"
    MAC = "mac"
    DUID = "duid"


class WOLMode(Enumeration, type="nethelpers.WOLMode"):
    """WOL mode."""

    PHY = "phy"
    UNICAST = "unicast"
    MULTICAST = "multicast"
    BROADCAST = "broadcast"
    MAGIC = "magic"
    MAGICSECURE = "magicsecure"
    FILTER = "filter"


class AutoHostnameKind(Enumeration, type="nethelpers.AutoHostnameKind"):
    """Auto hostname kind."""

    OFF = "off"
    TALOS_ADDR = "talos-addr"
    STABLE = "stable"


class DefaultAction(Enumeration, type="nethelpers.DefaultAction"):
    """Default action."""

    ACCEPT = "accept"
    BLOCK = "block"


class Protocol(Enumeration, type="nethelpers.Protocol"):
    """Protocol."""

    ICMP = "icmp"
    TCP = "tcp"
    UDP = "udp"
    ICMPV6 = "icmpv6"


class DNSProtocol(Enumeration, type="nethelpers.DNSProtocol"):
    """DNS protocol."""

    DO53 = "Do53"
    DOT = "DoT"
    DOH = "DoH"


class RoutingRuleAction(Enumeration, type="nethelpers.RoutingRuleAction"):
    """Routing rule action."""

    UNSPEC = "unspec"
    UNICAST = "unicast"
    BLACKHOLE = "blackhole"
    UNREACHABLE = "unreachable"
    PROHIBIT = "prohibit"


class VLANProtocol(Enumeration, type="nethelpers.VLANProtocol"):
    """VLAN protocol."""

    IEEE_802_1Q = "802.1q"
    IEEE_802_1AD = "802.1ad"
