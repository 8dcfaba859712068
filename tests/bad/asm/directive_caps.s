; expect: 3:1: unknown directive '.PRAM'
.kernel k, core=aiv
.PRAM n, u32
k:
    nop
    end
