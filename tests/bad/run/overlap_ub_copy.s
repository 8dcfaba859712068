; expect: 5:5: OVERLAP: source and destination share bytes of ub at 0x1020: copy in two steps, or to a place of its own
.kernel k, core=aiv
k:
    .reg d:ub = 0x1020, a:ub = 0x1000, m:burst = {len_burst=2}
    mov_ub_to_ub [d], [a], m
    end
