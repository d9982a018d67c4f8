"""Source code: word for word, with its language."""

from typing import Final

from menon.engine.documents.document import Draft, Reader, Source

_LANGUAGES: Final = {
    "bash": ".sh .bash .zsh",
    "c": ".c .h",
    "clojure": ".clj .cljs",
    "cmake": ".cmake cmakelists.txt",
    "cpp": ".cpp .cc .cxx .hpp .hh .hxx",
    "csharp": ".cs .csx",
    "css": ".css .scss .sass .less",
    "dart": ".dart",
    "diff": ".diff .patch",
    "dockerfile": "dockerfile containerfile",
    "elixir": ".ex .exs",
    "erlang": ".erl .hrl",
    "fsharp": ".fs .fsx",
    "go": ".go",
    "graphql": ".graphql .gql",
    "groovy": ".groovy .gradle",
    "haskell": ".hs",
    "hcl": ".tf .hcl",
    "ini": ".ini .cfg .conf .properties .env",
    "java": ".java",
    "javascript": ".js .mjs .cjs .jsx",
    "julia": ".jl",
    "kotlin": ".kt .kts",
    "lua": ".lua",
    "makefile": ".mk makefile",
    "matlab": ".m",
    "nix": ".nix",
    "ocaml": ".ml .mli",
    "pascal": ".pas",
    "perl": ".pl .pm",
    "php": ".php",
    "powershell": ".ps1 .psm1",
    "proto": ".proto",
    "python": ".py .pyi .pyw",
    "r": ".r",
    "ruby": ".rb .rake gemfile rakefile",
    "rust": ".rs",
    "scala": ".scala .sc",
    "sql": ".sql",
    "swift": ".swift",
    "toml": ".toml",
    "typescript": ".ts .tsx .mts .cts",
    "vb": ".vb .vbs",
    "vue": ".vue .svelte",
    "xml": ".xml .xsd .xsl .xslt .svg .csproj .sln .xaml .plist .wsdl",
    "yaml": ".yaml .yml",
    "zig": ".zig",
}
_PREFIX: Final = "text/x-"


def _read(source: Source) -> Draft:
    return Draft(text=source.text(), language=source.media_type.removeprefix(_PREFIX))


reader = Reader(
    name="source code",
    kind="code",
    types={
        extension: _PREFIX + language
        for language, extensions in _LANGUAGES.items()
        for extension in extensions.split()
    },
    read=_read,
)
