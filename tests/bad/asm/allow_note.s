; expect: 4:20: say why 'RACE' is allowed
.kernel k, core=aiv
k:
    nop ; dv:allow RACE
    end
