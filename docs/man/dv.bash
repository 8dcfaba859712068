# bash completion for dv
_dv() {
    local word=${COMP_WORDS[COMP_CWORD]} last=${COMP_WORDS[COMP_CWORD - 1]} options=
    if [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "as dis new run prof isa chip help --version --help" \
            -- "$word")
        return
    fi
    case $last in
    --chip)
        mapfile -t COMPREPLY < <(compgen -W "910B1 910B2 910B3 910B4 910C 910A 310 seed-910b" \
            -- "$word")
        return ;;
    --core)
        mapfile -t COMPREPLY < <(compgen -W "aic aiv c100" -- "$word")
        return ;;
    --time | --data)
        mapfile -t COMPREPLY < <(compgen -W "on off" -- "$word")
        return ;;
    --cache)
        mapfile -t COMPREPLY < <(compgen -W "warm cold" -- "$word")
        return ;;
    --acc)
        mapfile -t COMPREPLY < <(compgen -W "seq" -- "$word")
        return ;;
    esac
    case ${COMP_WORDS[1]} in
    as) options="-o -I -D -l -E -M --map --help" ;;
    dis) options="-o --help" ;;
    new) options="--core --help" ;;
    run | prof)
        options="--kernel --chip --set --blocks --seed --verify --expect --tol --time --data --cache
            --acc --max-cycles --jobs --no-simd --log --dump --json --quiet --help" ;;
    isa) options="--word --core --coverage --json --help" ;;
    chip) options="--full --json --help" ;;
    help)
        mapfile -t COMPREPLY < <(compgen -W "as dis new run prof isa chip help" -- "$word")
        return ;;
    esac
    if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
    fi
}
complete -o filenames -F _dv dv
