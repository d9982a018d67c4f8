"""Secrets out of text: whatever is logged, traced or answered as an error passes through here."""

import re
from collections.abc import Iterable, Iterator

from pydantic import SecretStr

from menon.core.settings import Settings

MASK = "[redacted]"

_NAMED = r"""
    # A field or header whose name says it: JSON (escaped or not), Python, form, header, setting.
    (?P<field>
        (?: pass(?:word|wd|phrase) | pwd | secret | credential | authorization | token | ticket
          | session | (?:secret|vault|api|access|private|magic)[_-]?key )
        (?P<name>\\*["'])? \s* (?: [:=] | (?(name),|(?!)) ) \s*
        (?:b(?=\\*["']))? (?: (?P<escaped>\\+["']) | (?P<quote>["']) | (?(name)(?!)|(?=[^\s"'\\])) )
    )
    (?(escaped) (?: (?!(?<!\\)(?P=escaped)) . )+
      | (?(quote) (?: \\. | (?!(?P=quote))[^\\] )+
          | (?:(?:bearer|basic|digest|token)\s+)? [^\s"'&,;<>(){}\[\]\\]+ ))

  | (?P<cookie> cookie \\*["']? \s*[:=,]\s* (?:b?\\*["'])? ) [^"'\\\r\n]+
"""
_SHAPED = r"""
    # A value whose shape says it.
    (?P<scheme> \b(?:bearer|basic|digest)\s+ ) [\w.~+/=-]{8,}
  | (?P<user> ://[^\s/:@"'\\]*: ) [^\s/@"'\\]+ (?=@)
  | \b(?: mnn_ | sk[-_] | pk_ | rk_ | gh[opsu]_ | github_pat_ | glpat- | xox[abeprs]- | whsec_
        | hf_ | AKIA | AIza ) [\w-]{8,}
  | \beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*
  | -----BEGIN\ [A-Z\ ]*PRIVATE\ KEY----- [\s\S]*? (?: -----END\ [A-Z\ ]*PRIVATE\ KEY----- | \Z )
"""
_EVERYTHING = re.compile(f"{_NAMED} | {_SHAPED}", re.IGNORECASE | re.VERBOSE)
_TOKENS = re.compile(_SHAPED, re.IGNORECASE | re.VERBOSE)

_USERINFO = re.compile(r"://[^\s/:@]*:([^\s/@]+)@")

_HINTS = (
    *("passw", "passphrase", "pwd", "secret", "credential", "authorization", "token", "ticket"),
    *("session", "_key", "-key", "apikey", "vaultkey", "accesskey", "privatekey", "magickey"),
    *("cookie", "bearer", "basic ", "digest ", "://", "mnn_", "sk-", "sk_", "pk_", "rk_"),
    *("ghp_", "gho_", "ghs_", "ghu_", "github_pat_", "glpat-", "xox", "whsec_", "hf_"),
    *("akia", "aiza", "eyj", "-----begin"),
)
"""One of these is in every text that the patterns change; to look for them is 20 times faster."""


def redact(text: str) -> str:
    """The text with everything that looks like a secret masked."""
    low = text.lower()
    if not any(hint in low for hint in _HINTS):
        return text
    return _EVERYTHING.sub(_masked, text)


def redact_tokens(text: str) -> str:
    """The text with values masked that can only be secrets; for prose about fields such as ours."""
    return _TOKENS.sub(_masked, text)


def known_secrets(settings: Settings) -> Iterator[str]:
    """The secrets that the configuration holds, and the passwords in its addresses."""
    for section in settings:
        for name in type(section).model_fields:
            value = getattr(section, name)
            if isinstance(value, SecretStr):
                text = value.get_secret_value()
                yield text
                yield from _USERINFO.findall(text)


class Redactor:
    """Masks, besides what looks like a secret, the exact secrets that this process knows."""

    def __init__(self, known: Iterable[str]) -> None:
        longest_first = sorted({value for value in known if len(value) >= 8}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def __call__(self, text: str) -> str:
        return redact(self._known.sub(MASK, text))


def _masked(match: re.Match[str]) -> str:
    return (match[match.lastgroup] if match.lastgroup else "") + MASK
