; args: --blocks 4
; Even blocks wait for one flag, odd blocks for another: cores that are alike share a picture.
.kernel groups, core=aiv
groups:
    .reg    b, one = 1
    mov     b, blockid
    and.b64 b, b, one
    jumpcmp.eq.s64 b, one, odd
    wait_flag.mte2.v #0
    end
odd:
    wait_flag.v.mte3 #1
    end
