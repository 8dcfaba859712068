; expect: 6:5: macro 'one' needs its argument 'a'
.macro one a:req
.endm
.kernel k, core=aiv
k:
    one
    end
