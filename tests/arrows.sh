#!/bin/bash
# Who may include whom (docs/architecture.md): every #include "room/file.h" of the tree against
# the table below, then every symbol the built libraries offer against the dv_ prefix.
#   arrows.sh [ARCHIVE|SHARED-LIBRARY ..]
libraries=("$@")
for i in "${!libraries[@]}"; do libraries[i]=$(realpath "${libraries[i]}"); done
cd "$(dirname "$0")/.." || exit 99
. tests/tap.sh

# room: headers it may include, as patterns of whole paths. First match of a file's path decides.
table='
isa/gen/*     isa/gen/* isa/diag.h
isa/*         isa/* isa_gen.h
asm/*         asm/* isa/*
emu/access/*  emu/access/* emu/core/work.h isa/*
emu/sem/*     emu/sem/* emu/core/work.h emu/access/access.h emu/access/lanes.h emu/access/atomic.h emu/access/cc.h emu/access/drain.h emu/access/piece.h emu/access/image.h emu/access/image1.h emu/access/product.h emu/access/rearrange.h isa/*
emu/core/*    emu/core/* emu/mem.h emu/access/access.h emu/sem/sem.h emu/sem/init.h emu/sem/store.h isa/*
emu/chips/*   emu/chips/* emu/core/chip.h emu/core/time.h isa/*
emu/check/*   emu/check/* emu/core/event.h emu/core/machine.h emu/access/access.h emu/access/lanes.h emu/access/atomic.h emu/access/cc.h emu/access/drain.h emu/access/image.h emu/access/product.h emu/access/rearrange.h emu/sem/sem.h isa/*
emu/prof/*    emu/prof/* emu/core/event.h emu/core/machine.h emu/core/chip.h emu/core/time.h emu/core/traffic.h isa/*
emu/replay/*  emu/replay/* emu/core/event.h emu/core/feed.h emu/core/machine.h emu/core/chip.h emu/access/access.h isa/*
emu/debug/*   emu/debug/* emu/core/event.h emu/core/machine.h isa/*
emu/run/*     emu/run/* emu/mem.h emu/core/* emu/chips/version.h emu/emu.h emu/check/check.h emu/prof/* isa/*
emu/cce/*     emu/cce/* emu/run/* emu/prof/* emu/chips/* emu/core/* emu/emu.h isa/*
emu/cli/*     emu/* asm/* isa/*
emu/emu.h     -
emu/mem.h     -
tests/*       *
bench/*       *
'

# may FILE HEADER: true when the table allows it
may() {
    local room rule pattern
    while read -r room rule; do
        # shellcheck disable=SC2254
        case $1 in $room) ;; *) continue ;; esac
        for pattern in $rule; do
            # shellcheck disable=SC2254
            case $2 in $pattern) return 0 ;; esac
        done
        return 1
    done < <(sed '/^$/d' <<<"$table")
    return 1
}

set -f
if need "arrows" git git; then
    broken=
    count=0
    while IFS=: read -r file line text; do
        header=${text#*\"}
        header=${header%%\"*}
        count=$((count + 1))
        may "$file" "$header" || broken+="$file:$line includes $header"$'\n'
    done < <(grep -nE '^ *# *include *"' \
        $(git ls-files -co --exclude-standard -- '*.c' '*.h' | sort -u | xargs -r ls -d 2>/dev/null))
    if [ -z "$broken" ] && [ "$count" -gt 0 ]; then
        ok "includes follow the arrows ($count)"
    else
        not_ok "includes follow the arrows" "${broken:-no file found}"
    fi
fi
if may asm/a.c emu/core/chip.h || may emu/sem/a.c emu/core/time.h || may isa/a.c asm/asm.h ||
    ! may emu/cli/run.c asm/asm.h; then
    not_ok "the table refuses what it must"
else
    ok "the table refuses what it must"
fi

for library in "${libraries[@]}"; do
    name=$(basename "$library")
    need "prefix $name" binutils nm || continue
    case $library in *.so*) how=-D ;; *) how=-g ;; esac
    symbols=$(nm "$how" --defined-only "$library" 2>/dev/null | awk 'NF == 3 { print $3 }')
    odd=$(grep -Ev '^(dv_|__asan_|__odr_asan|__ubsan_|__gcov|__profc|__profd)' <<<"$symbols" | sort -u)
    if [ -z "$symbols" ]; then
        not_ok "prefix $name" "no symbol found in $library"
    elif [ -n "$odd" ]; then
        not_ok "prefix $name" "$(head -n 20 <<<"$odd")"
    else
        ok "prefix $name ($(wc -l <<<"$symbols"))"
    fi
done
done_testing
