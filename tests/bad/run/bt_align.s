; expect: 6:5: ALIGN: dst address 0x20 in bt is not a multiple of 64 bytes
.kernel k, core=aic
k:
    .reg    la:l1 = 0, to:bt = 0x20, tb:table_burst
    mov     tb, {len_burst=1}
    mov_l1_to_bt [to], [la], tb
    end
