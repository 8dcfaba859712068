; expect: 6:5: RESERVED: conversion mode 14 does not exist: use 0 to 13
; args: --chip 910A
.kernel k, core=c100
k:
    .reg l:l0c = 0, u:ub = 0, m:burst = {len_burst=1}
    mov_l0c32_to_ub [u], [l], m, #14
    end
