"""A line that is being typed -> what bash, zsh and fish offer at its end.

Click knows which option or argument is being completed; here stands how a shell is asked and told. Click's own scripts are not used: they
cut words at commas (fish), lose empty ones (zsh) and put a value in place of `--option=value` (zsh), and none offers files behind a prefix
such as `json:`. A shell that is not named here gets click's.
"""

from click.shell_completion import BashComplete, CompletionItem, FishComplete, ShellComplete, ZshComplete

_JOINTS = frozenset("=:")
"""Where bash takes words apart, beside blanks."""

_BASH = """\
%(complete_func)s() {
    local - IFS=$'\\n' line files=
    set -f
    COMPREPLY=()
    for line in $(env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD %(complete_var)s=bash_complete "$1"); do
        case $line in
            plain,*) COMPREPLY+=("${line#plain,}") ;;
            file,*) files=yes ;;
        esac
    done
    if [[ $files ]]; then
        compopt -o default
        if (( ${#COMPREPLY[@]} )); then
            compopt -o plusdirs
        fi
    fi
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""
"""Readline completes files when there is nothing else to offer, else folders beside it."""

_ZSH = """\
#compdef %(prog_name)s

%(complete_func)s() {
    local -a plain described response
    local kind value help files= prefix=
    (( ! $+commands[%(prog_name)s] )) && return 1
    response=("${(@f)$(env COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT-1)) %(complete_var)s=zsh_complete %(prog_name)s)}")
    for kind value help in "${(@)response}"; do
        if [[ $kind == file ]]; then
            files=yes prefix=$value
        elif [[ $kind == plain && -z $help ]]; then
            plain+=("$value")
        elif [[ $kind == plain ]]; then
            described+=("${value//:/\\\\:}:$help")
        fi
    done
    if (( $#described )); then
        _describe -V unsorted described -U
    fi
    if (( $#plain )); then
        compadd -U -V unsorted -a plain
    fi
    if [[ -n $files ]]; then
        [[ -n $prefix ]] && compset -P "${(b)prefix}"
        _path_files -f
    fi
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""

_FISH = """\
function %(complete_func)s
    set -l token (commandline -ct)
    for line in (env %(complete_var)s=fish_complete COMP_WORDS=(commandline -cp) COMP_CWORD="$token" %(prog_name)s)
        set -l kind (string split --max 1 , -- $line)
        switch $kind[1]
            case file
                set -l typed (string sub --start (math 1 + (string length -- "$kind[2]")) -- "$token")
                for path in (complete --do-complete "'' $typed")
                    echo -- "$kind[2]$path"
                end
            case plain
                echo -- $kind[2]
        end
    end
end

complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""


class _WholeWords(ShellComplete):
    """Items stand for the whole word that is being typed: a value with the `--option=` before it, a file with what precedes its path."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        """As click's; a file's value is what stands before its path, which the shell completes by itself."""
        option, equals, value = incomplete.partition("=")
        if equals and option.startswith("--") and "--" not in args:
            return [_whole(item, option + equals) for item in super().get_completions([*args, option], value)]
        return [_whole(item, "") for item in super().get_completions(args, incomplete)]


def _whole(item: CompletionItem, before: str) -> CompletionItem:
    if item.type != "plain":
        return CompletionItem(f"{before}{item.before or ''}", type=item.type)
    return CompletionItem(f"{before}{item.value}", help=item.help)


def files_behind(before: str, path: str) -> CompletionItem:
    """Files whose path begins so, in a word that has something else before it."""
    return CompletionItem(path, type="file", before=before)


class Bash(_WholeWords, BashComplete):
    """Bash takes words apart at `=` and `:`, and replaces the last piece."""

    source_template = _BASH

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words as they were typed."""
        args, last = super().get_completion_args()
        *args, whole = _joined([*args, last])
        return args, whole

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        """What replaces the last piece."""
        piece = super().get_completion_args()[1]
        before = incomplete if piece in _JOINTS else incomplete.removesuffix(piece)
        found = super().get_completions(args, incomplete)
        return [CompletionItem(item.value.removeprefix(before), type=item.type) for item in found]


def _joined(pieces: list[str]) -> list[str]:
    words: list[str] = []
    for number, piece in enumerate(pieces):
        if words and (piece in _JOINTS or pieces[number - 1] in _JOINTS):
            words[-1] += piece
        else:
            words.append(piece)
    return words


class Zsh(_WholeWords, ZshComplete):
    """Zsh is told a kind, a word and its description, each in a line, and completes paths itself."""

    source_template = _ZSH

    def format_completion(self, item: CompletionItem) -> str:
        """Three lines, of which the later ones may be empty."""
        return f"{item.type}\n{item.value}\n{item.help or ''}"


class Fish(_WholeWords, FishComplete):
    """Fish takes the words that begin as what was typed; the description stands behind a tab."""

    source_template = _FISH


SHELLS: tuple[type[ShellComplete], ...] = (Bash, Zsh, Fish)
