; expect: 5:5: ILLEGAL: special register BLOCKID cannot be written
.kernel k, core=aiv
k:
    .reg n = 1
    mov blockid, n
    end
