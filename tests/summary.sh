#!/bin/sh
# Adds up finished test runs and prints, last, "N passed, N failed"; exit 1 when any failed.
#   summary.sh LEAST LOGDIR ..        LOGDIR is BUILD/meson-logs of a `meson test` run
# A case of a TAP test counts as one, any other test as one. Two traps are closed here: the XML
# counts a test that timed out as passed, and a TAP test that printed nothing as skipped. LEAST is
# the number of cases below which the run itself is broken.
least=${1:?summary.sh LEAST LOGDIR ..}
shift
total=$(mktemp) || exit 3
trap 'rm -f "$total"' EXIT
for dir in "$@"; do
    if [ ! -s "$dir/testlog.junit.xml" ] || [ ! -s "$dir/testlog.json" ]; then
        echo "failed: no test log in $dir"
        echo "0 1" >>"$total"
        continue
    fi
    awk -v ci="${CI-}" -v run="$(basename "$(dirname "$dir")")" -v total="$total" '
        function value(text, key,    s) {
            if (!match(text, "[ ]" key "=\"[^\"]*\""))
                return ""
            s = substr(text, RSTART + length(key) + 3, RLENGTH - length(key) - 4)
            gsub(/&amp;/, "\\&", s); gsub(/&lt;/, "<", s); gsub(/&gt;/, ">", s)
            gsub(/&quot;/, "\"", s)
            return s
        }
        function word(text, key) {
            if (!match(text, "\"" key "\": \"[^\"]*\""))
                return ""
            return substr(text, RSTART + length(key) + 5, RLENGTH - length(key) - 6)
        }
        # suite and case without the numbers that meson and Criterion add
        function title(    s, n) {
            s = suite
            n = name
            sub(/^[^.]*[.]?/, "", s)
            sub(/^.* \/ /, "", s)
            sub(/^.* \/ /, "", n)
            sub(/ *\([0-9.]+s\)$/, "", n)
            return run ": " (s == "" ? "" : s ": ") n
        }
        FNR == 1 { file++ }
        # the XML: cases by suite; "dv" holds the tests without cases of their own
        file == 1 && /^testsuite / {
            suite = value($0, "name")
            seen[suite] = 1
            project = suite
            sub(/\..*/, "", project)
        }
        file == 1 && /^testcase / {
            name = value($0, "name")
            cases++
            bad = 0
        }
        file == 1 && /^(failure|error)/ {
            if (!bad++) {
                failed++
                broken[suite == project ? suite "." name : suite] = 1
                print "failed: " title()
            }
        }
        file == 1 && /^skipped/ {
            if (suite !~ /\./ && ci == "true") {
                failed++
                broken[suite "." name] = 1
                print "failed: " title() ": did not run"
            } else {
                skipped++
                print "skipped: " title()
            }
        }
        # the log: tests that failed as a whole without a failing case
        file == 2 {
            name = word($0, "name")
            result = word($0, "result")
            if (result == "OK" || result == "EXPECTEDFAIL" || result == "SKIP")
                next
            for (s in broken)
                if (substr(s, index(s, ".") + 1) == name)
                    next
            print "failed: " run ": " name ": " result
            failed++
            cases += (project "." name) in seen
        }
        END { print cases - failed - skipped, failed + 0 >>total }
    ' RS='<' "$dir/testlog.junit.xml" RS='\n' "$dir/testlog.json"
done
awk -v least="$least" '
    { passed += $1 < 0 ? 0 : $1; failed += $2 }
    END {
        if (passed + failed < least) {
            printf "failed: only %d cases ran, at least %d are expected\n", passed + failed, least
            failed++
        }
        printf "%d passed, %d failed\n", passed, failed
        exit failed > 0
    }' "$total"
