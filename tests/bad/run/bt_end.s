; expect: 6:5: BOUNDS: writes bt 0x3c0..0x440, bt of this core has 1024 bytes
.kernel k, core=aic
k:
    .reg    la:l1 = 0, to:bt = 0x3c0, tb:table_burst
    mov     tb, {len_burst=2}
    mov_l1_to_bt [to], [la], tb
    end
