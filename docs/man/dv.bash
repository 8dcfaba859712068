# bash completion for dv
_dv() {
    local word=${COMP_WORDS[COMP_CWORD]} last=${COMP_WORDS[COMP_CWORD - 1]} options=
    if [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "as ld dis new run prof replay check explain isa chip stats validate calibrate sweep help \
            --version --help" \
            -- "$word")
        return
    fi
    case $last in
    --chip)
        mapfile -t COMPREPLY < <(compgen -W "910B1 910B2 910B3 910B4 910C 910A 310 seed-910b" \
            -- "$word")
        return ;;
    --core)
        mapfile -t COMPREPLY < <(compgen -W "aic aiv c100 mix" -- "$word")
        return ;;
    --manual)
        mapfile -t COMPREPLY < <(compgen -W "html md" -- "$word")
        return ;;
    --explain)
        mapfile -t COMPREPLY < <(compgen -W "$(dv check --explain 2>/dev/null | cut -d" " -f1)" \
            -- "$word")
        return ;;
    --syntax)
        mapfile -t COMPREPLY < <(compgen -W "vim textmate" -- "$word")
        return ;;
    --time | --data | --hints)
        mapfile -t COMPREPLY < <(compgen -W "on off" -- "$word")
        return ;;
    --pace)
        mapfile -t COMPREPLY < <(compgen -W "log cost" -- "$word")
        return ;;
    --cache)
        mapfile -t COMPREPLY < <(compgen -W "warm cold" -- "$word")
        return ;;
    --acc)
        mapfile -t COMPREPLY < <(compgen -W "seq instr chunk16 tree16 exact16 tc24" -- "$word")
        return ;;
    esac
    case ${COMP_WORDS[1]} in
    as) options="-o -c -I -D -l -w -E -M --map --help" ;;
    ld) options="-o --kernel --map --help" ;;
    dis) options="-o --raw --core --help" ;;
    new) options="--core --help" ;;
    run | prof)
        options="--kernel --chip --set --blocks --seed --verify --expect --tol --time --data --cache
            --acc --max-cycles --jobs --uncertainty --energy --energy-against --accelergy --warmup --repeat --mem --mem-trace --no-simd --no-replay --check --hints --explore-seed --log
            --dump --json --quiet --what-if --against -o --force --roi --trace-window --trace-every --help" ;;
    replay) options="--chip --set --pace --check --hints --cache --max-cycles --json --quiet --what-if --against -o --force
            --trace-window --trace-every --explain --nth --in-block --help" ;;
    check)
        options="--explain --explore --explore-seed --hints --sarif --kernel --chip --set --blocks --seed
            --verify --expect --tol --time --cache --max-cycles --no-simd --json --quiet --help" ;;
    explain)
        options="--at --nth --in-block --kernel --chip --set --blocks --seed --verify --expect --tol
            --data --cache --acc --max-cycles --jobs --no-simd --json --quiet --help" ;;
    isa) options="--word --core --coverage --manual --syntax --json --help" ;;
    chip) options="--full --sustained --json --help" ;;
    stats) options="--list --json --help" ;;
    validate)
        options="--case --strict --json --write --measured --set --sensitivity --cases --kit
            --chip --help" ;;
    calibrate) options="--measured --chip --set --list --questions --help" ;;
    sweep)
        options="--set --chip --blocks --csv --json --jobs --resume --kernel --seed --data --cache --acc
            --max-cycles --verify --tol --no-simd --no-replay --quiet --help" ;;
    help)
        mapfile -t COMPREPLY < <(compgen -W "as ld dis new run prof replay check explain isa chip stats validate calibrate sweep help ref" -- "$word")
        return ;;
    esac
    if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
    fi
}
complete -o filenames -F _dv dv
