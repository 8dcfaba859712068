; expect: 6:5: ILLEGAL: ctrl[56] = 1: dav-c100 has no counter mode
; args: --chip 910A
.kernel k, core=c100
k:
    mov x1, 1 << 56
    mov ctrl, x1
    end
