#!/bin/bash
# The judges judged: summary.sh must count what meson's XML hides, sanwrap.sh must fail a leak.
cd "$(dirname "$0")" || exit 99
. ./tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT

# logs NAME XML-BODY JSON-LINES: one fake log directory
logs() {
    mkdir -p "$dir/$1/meson-logs"
    printf '<?xml version="1.0"?><testsuites>%s</testsuites>' "$2" \
        >"$dir/$1/meson-logs/testlog.junit.xml"
    printf '%s\n' "$3" >"$dir/$1/meson-logs/testlog.json"
}

# last CI LEAST NAME ..: last line of the summary and the number of reasons printed
last() {
    local ci=$1 least=$2 args=() out
    shift 2
    for n in "$@"; do args+=("$dir/$n/meson-logs"); done
    out=$(CI=$ci ./summary.sh "$least" "${args[@]}")
    echo "$(tail -n 1 <<<"$out")$(grep -c '^failed:' <<<"$out" | sed 's/^/, reasons /')"
}

two='<testsuite name="dv.a" tests="2"><testcase name="1" classname="dv.a"/><testcase name="2"
classname="dv.a"/></testsuite>'
logs good "$two" '{"name": "a", "stdout": "\"result\": \"FAIL\"", "result": "OK"}'
is "all good" "2 passed, 0 failed, reasons 0" "$(last '' 1 good)"
is "runs add up" "4 passed, 0 failed, reasons 0" "$(last true 1 good good)"
is "too few cases" "2 passed, 1 failed, reasons 1" "$(last '' 3 good)"
logs bad '<testsuite name="dv.a"><testcase name="1"/><testcase name="2"><failure/></testcase>
<testcase name="3"><error/><failure/></testcase></testsuite>' '{"name": "a", "result": "ERROR"}'
is "failing cases count once" "1 passed, 2 failed, reasons 2" "$(last '' 1 bad)"
logs crash "$two" '{"name": "a", "result": "ERROR"}'
is "all cases ok, program failed" "2 passed, 1 failed, reasons 1" "$(last '' 1 crash)"
logs late '<testsuite name="dv"><testcase name="t"/></testsuite>' \
    '{"name": "t", "result": "TIMEOUT"}'
is "timed out without cases" "0 passed, 1 failed, reasons 1" "$(last '' 1 late)"
logs empty '<testsuite name="dv"><testcase name="t"><skipped/></testcase><testcase name="u"/>
</testsuite>' '{"name": "t", "result": "SKIP"}'
is "empty test at home" "1 passed, 0 failed, reasons 0" "$(last '' 1 empty)"
is "empty test in CI" "1 passed, 1 failed, reasons 1" "$(last true 1 empty)"
is "no log" "2 passed, 1 failed, reasons 1" "$(last '' 1 good none)"
./summary.sh 1 "$dir/bad/meson-logs" >/dev/null
is "failure is an exit status" 1 $?
./summary.sh 1 "$dir/good/meson-logs" >/dev/null
is "success is an exit status" 0 $?

cat >"$dir/x.c" <<'EOF'
#include <stdlib.h>
int main(int argc, char **argv)
{
    volatile int big = 0x7fffffff;
    if (argc > 1 && argv[1][0] == 'l')
        *(void *volatile *)&argv[0] = malloc(8), argv[0] = NULL;
    if (argc > 1 && argv[1][0] == 'u')
        big += argc;
    return 0;
}
EOF
if need "sanitizer wrapper" gcc cc; then
    cc -g -fsanitize=address,undefined -o "$dir/x" "$dir/x.c"
    ./sanwrap.sh "$dir/x" >/dev/null 2>&1
    is "clean program passes" 0 $?
    for kind in leak undefined; do
        ./sanwrap.sh "$dir/x" $kind >/dev/null 2>&1
        is "$kind fails" true "$([ $? -ne 0 ] && echo true)"
    done
    out=$(./sanwrap.sh sh -c "'$dir/x' leak; exit 0" 2>&1)
    is "hidden leak of a child fails" "97 true" "$? $(grep -q LeakSanitizer <<<"$out" && echo true)"
fi
done_testing
