; expect: 6:5: ILLEGAL: conversion mode 1 needs f32 in l0c, mov_l0c16_to_ub has 16-bit elements there
; args: --chip 910A
.kernel k, core=c100
k:
    .reg l:l0c = 0, u:ub = 0, m:burst = {len_burst=1}
    mov_l0c16_to_ub [u], [l], m, #1
    end
