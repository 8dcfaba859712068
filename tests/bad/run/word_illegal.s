; expect: 4:5: ILLEGAL: no instruction has the word 0xffffffff
.kernel k, core=aiv
k:
    .word 0xffffffff
    end
