; expect: 4:5: ILLEGAL: end of a loop that was not entered through its loop instruction
.kernel k, core=aiv
k:
    endloop
    end
