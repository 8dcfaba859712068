; expect: 6:5: ILLEGAL: conversion mode 9 takes sums of s32 out of l0c: on the way in use 0, 1, 2, 4, 5 or 6
; args: --chip 910A
.kernel k, core=c100
k:
    .reg l:l0c = 0, u:ub = 0, m:burst = {len_burst=1}
    mov_ub_to_l0c32 [l], [u], m, #9
    end
