; expect: 3:5: again: expansions are nested deeper than 64
.macro again n
    again \n+1
.endm
.kernel k, core=aiv
k:
    again 0
    end
