#!/bin/bash
# The help, the man page and the completion tell the same commands and options, and the man page
# is well formed.
#   words.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 99
. tests/tap.sh

commands=$("$dv" help | awk '/^  [a-z]+ / { print $1 }')
is "dv help is not empty" true "$([ "$(wc -w <<<"$commands")" -ge 7 ] && echo true)"
for command in $commands; do
    help=$("$dv" help "$command")
    is "dv help $command" "0 dv $command" "$? $(head -n 1 <<<"$help" | cut -d' ' -f1,2)"
    is "dv.1 has dv $command" true "$(grep -q "^\.Ss dv $command" docs/man/dv.1 && echo true)"
    is "dv.bash completes dv $command" true "$(grep -qE "[ \"]$command[ |)]" docs/man/dv.bash &&
        echo true)"
    for option in $(grep -oE -- '--[a-z][a-z-]+' <<<"$help" | sort -u); do
        is "dv.1 has $option of $command" true \
            "$(grep -qE "Fl -${option#--}( |$)" docs/man/dv.1 && echo true)"
        is "dv.bash completes $option of $command" true \
            "$(grep -q -- "$option" docs/man/dv.bash && echo true)"
    done
done
if need "man page" man-db man; then
    is "man has nothing to say about dv.1" "" "$(LC_ALL=C man --warnings -l docs/man/dv.1 2>&1 >/dev/null)"
fi
is "dv.bash is well formed" "" "$(bash -n docs/man/dv.bash 2>&1)"
done_testing
