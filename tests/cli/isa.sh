#!/bin/bash
# dv isa and dv dis as programs: coverage, manual, grammars, lists of words, vendor objects, raw
# words; and what dv new writes.
#   isa.sh DV
dv=$(realpath "$1")
cd "$(dirname "$0")/../.." || exit 99
root=$PWD
. tests/tap.sh
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 99

# says NAME STATUS TEXT COMMAND ..: exit status and a part of what it writes to both outputs
says() {
    local name=$1 status=$2 text=$3 out
    shift 3
    out=$("$@" 2>&1)
    local found=$?
    if [ "$found" = "$status" ] && [[ $out == *"$text"* ]]; then
        ok "$name"
    else
        not_ok "$name" "wanted $status and: $text
found $found and: $(head -n 5 <<<"$out")"
    fi
}

# ---- coverage and manual
"$dv" isa --coverage >coverage.txt
is "coverage counts the whole table" "rows: 1199 matched: 1199" \
    "$(grep -E '^(rows|matched):' coverage.txt | xargs)"
is "executed and refused are all rows" 1199 \
    "$(awk '/^(executed|refused):/ { n += $2 } END { print n }' coverage.txt)"
is "every row whose meaning is public is executed" "$(sed -n 's/^public: //p' coverage.txt)" \
    "$(sed -n 's/^executed: //p' coverage.txt)"
is "and the share says so" 1 "$(grep -c ' are executed, 100.0 %' coverage.txt)"
is "nothing public is refused" 0 "$(grep -c '^refused as outside' coverage.txt)"
is "refused rows by kind of reason" "$(sed -n 's/^refused: //p' coverage.txt)" \
    "$(sed -n 's/^refused as [a-z]*, \([0-9]*\):.*/\1/p' coverage.txt | awk '{ n += $1 } END { print n }')"
is "refused rows by reason" "$(sed -n 's/^refused: //p' coverage.txt)" \
    "$(awk '/^ +[0-9]+  / { n += $1 } END { print n }' coverage.txt)"
says "a refused instruction says why" 0 "no public description of this instruction (unknown)" \
    "$dv" isa vpadding
says "and what to use" 0 "vector_dup under a mask, or the pads of mov_out_to_ub_align" \
    "$dv" isa vpadding
is "refused rows by family" "$(sed -n 's/^refused: //p' coverage.txt)" \
    "$(awk '/^by_family/ { n += $2 } END { print n }' coverage.txt)"
is "rows by bits" 1199 "$(awk '/^by_bits/ { n += $2 } END { print n }' coverage.txt)"
"$dv" isa --manual html >isa.html
"$dv" isa --manual md >isa.md
numbers=$(sed -n 's/^\([a-zA-Z_.-]*\): \([0-9]*\)$/\1 \2/p' coverage.txt)
is "the manual's coverage is that of --coverage (html)" "$numbers" \
    "$(sed -n '/id="coverage"/,/<\/table>/s|^<tr><td>\([^<]*\)</td><td>\([0-9]*\)</td></tr>$|\1 \2|p' \
        isa.html)"
is "the manual's coverage is that of --coverage (md)" "$numbers" \
    "$(sed -n '/^## Coverage/,/^## Index/s/^| \([a-zA-Z_.\\-]*\) | \([0-9]*\) |$/\1 \2/p' isa.md |
        tr -d '\\')"
entries=$("$dv" isa | awk '{ print $1 }' | sort)
is "html has a page an entry" "$entries" \
    "$(sed -n 's/^<article id="\([^"]*\)">$/\1/p' isa.html | sort)"
is "md has a page an entry" "$entries" "$(sed -n 's/^### //p' isa.md | sort)"
is "every link of the html leads somewhere" "" \
    "$(comm -23 <(grep -oE 'href="#[^"]+' isa.html | cut -d'#' -f2 | sort -u) \
        <(grep -oE 'id="[^"]+' isa.html | cut -d'"' -f2 | sort -u))"
is "the html is alone" 0 "$(grep -ciE 'https?://|<script|<img|@import|url\(' isa.html)"
if need "html is well formed" libxml2-utils xmllint; then
    is "html is well formed" "" "$(xmllint --html --noout isa.html 2>&1 |
        grep -E 'error' | grep -v 'Tag \(nav\|article\) invalid' | head -n 3)"
fi
is "no executed entry without a function" "" \
    "$(grep -E '<dt>function</dt>' isa.html | grep -vE ' in emu/[a-z_/]+\.c' | head -n 3)"
says "dv isa NAME is the same page" 0 "dv_sem_vec_binary in emu/sem/vector.c, lane div" \
    "$dv" isa vdiv
says "unknown format" 2 "--manual pdf: expected html or md" "$dv" isa --manual pdf
says "two at once" 2 "exclude each other" "$dv" isa --coverage --syntax vim

# ---- grammars
"$dv" isa --syntax vim >dv.vim
"$dv" isa --syntax textmate >dv.json
is "textmate is JSON" "" "$(python3 -m json.tool dv.json 2>&1 >/dev/null)"
stems=$("$dv" isa --manual md | sed -n 's/^- \*\*syntax\*\*: \([a-z0-9\\_]*\).*/\1/p' | tr -d '\\' |
    sort -u)
directives=$(grep -ohE '\{"\.[a-z0-9_]+", [a-z_]+\}' "$root"/asm/*.c | cut -d'"' -f2 | sort -u)
is "mnemonics found" true "$([ "$(wc -w <<<"$stems")" -gt 200 ] && echo true)"
is "directives found" true "$([ "$(wc -w <<<"$directives")" -gt 50 ] && echo true)"
for grammar in dv.vim dv.json; do
    words=$(grep -oE '[a-z_][a-z0-9_]*' "$grammar" | sort -u)
    is "$grammar has every mnemonic" "" "$(comm -23 <(echo "$stems") <(echo "$words"))"
    is "$grammar has every directive" "" \
        "$(comm -23 <(tr -d . <<<"$directives" | sort -u) <(echo "$words"))"
done
says "unknown editor" 2 "--syntax emacs: expected vim or textmate" "$dv" isa --syntax emacs

# ---- lists of words
printf '0x85c4c6bc ; vadd\n\n# all comment\n 4096,0x0 // two\r\n' >words.txt
is "words of stdin" "0x85c4c6bc 0x00001000 0x00000000" \
    "$("$dv" isa --word - <words.txt | sed -n 's/^word: //p' | xargs)"
printf '1\n2 0x123456789\n' >bad.txt
says "a bad word is located" 2 "<stdin>:2:3: error: '0x123456789' is no 32-bit word" \
    "$dv" isa --word - <bad.txt
is "and nothing else is said" "" "$("$dv" isa --word - <bad.txt 2>/dev/null)"
is "no more than 20 complaints" 20 "$(yes no | head -n 1000 | "$dv" isa --word - 2>&1 | grep -c error)"
says "bytes are no words" 2 "<stdin>:1:1: error: this is no text" "$dv" isa --word - <"$dv"
head -c 4000000 /dev/zero | tr '\0' 7 >long.txt
says "an endless line" 2 "'7777777777777777777777777777777777777777..' is no 32-bit word" \
    "$dv" isa --word - <long.txt
awk 'BEGIN { for (i = 0; i < 20000; i++) printf "%d\n", i * 104729 }' >many.txt
is "20000 words" 20000 "$("$dv" isa --word - <many.txt | grep -c '^word:')"
is "20000 words as JSON" 20000 "$("$dv" isa --word - --json - <many.txt | grep -c '"word"')"

# ---- vendor objects and raw words
cat >code.s <<'END'
.kernel k, core=aiv
k:
    vadd.f32 [x2], [x12], [x13], x15
    .word 0xffffffff
    mov x1, #5
    end
END
"$dv" as code.s -o own.o
cp own.o vendor.o
printf '\x29\x10' | dd of=vendor.o bs=1 seek=18 conv=notrunc status=none
says "a vendor object is read" 0 "; understood: 3 of 4 words, 75.0 %" "$dv" dis vendor.o
says "and says what it is" 0 "; vendor object, read as ISA version" "$dv" dis vendor.o
says "the share with -o" 0 "understood: 3 of 4 words, 75.0 %" "$dv" dis vendor.o -o out.s
says "for another core" 0 "understood: 2 of 4 words, 50.0 %" "$dv" dis vendor.o --core aic
says "it is never run" 2 "this object was made by the vendor's compiler" "$dv" run vendor.o
says "our objects know their cores" 2 "says itself which cores it is for" "$dv" dis own.o --core aic
for i in $(seq 0 40); do
    head -c $((i * $(stat -c %s vendor.o) / 41)) vendor.o >cut.o
    "$dv" dis cut.o >/dev/null 2>&1
    [ $? -le 2 ] || not_ok "a cut vendor object" "cut at part $i"
done
ok "cut vendor objects"
printf '85c4c6bc\n0xffffffff ; no such word\n073a7f80 0x003bd781\n' >raw.txt
says "raw text" 0 "; understood: 3 of 4 words, 75.0 %" "$dv" dis --raw raw.txt
printf '\xbc\xc6\xc4\x85\xff\xff\xff\xff\x01' >raw.bin
says "raw bytes" 0 ".byte 0x01" "$dv" dis --raw raw.bin
says "raw bytes are counted in words" 0 "understood: 1 of 2 words, 50.0 %" "$dv" dis --raw raw.bin
"$dv" dis --raw raw.txt -o back.s >/dev/null
"$dv" as back.s -o back.o && "$dv" dis back.o | grep -E '; 0000' >back.txt
is "the text assembles to the words" "85c4c6bc ffffffff 073a7f80 003bd781" \
    "$(awk '{ for (i = 1; i < NF; i++) if ($i == ";") { print $(i + 2); break } }' back.txt | xargs)"
printf '85c4c6bc zz\n' >bad.txt
says "a bad raw word is located" 2 "bad.txt:1:10: error: 'zz' is no 32-bit word" \
    "$dv" dis --raw bad.txt
: >empty
says "no words" 2 "'empty' holds no words" "$dv" dis --raw empty
says "an object is not raw" 2 "leave out --raw" "$dv" dis --raw own.o

# ---- dv new
for core in aiv aic mix; do
    "$dv" new "start_$core" --core $core >/dev/null
    says "dv new --core $core verifies" 0 "verified: true" "$dv" run start_$core.s --verify
done
"$dv" run start_mix.s x=ones y=ones z=@z.npy --quiet
is "both vector cores of the mix kernel add" "4000" \
    "$(tail -c 16384 z.npy | od -An -v -tx2 | tr -s ' ' '\n' | sed '/^$/d' | sort -u | xargs)"
done_testing
