; expect: 6:5: UNKNOWN: repeat_on = 1: what is repeated is not public, use 0
; args: --chip 910A
.kernel k, core=c100
k:
    .reg l:l0c = 0, u:ub = 0, m:brc = {len_burst=1 repeat_on=1}
    brc_ub_to_l0c16 [l], [u], m
    end
