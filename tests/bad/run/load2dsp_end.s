; expect: 7:5: BOUNDS: writes l0b 0xfc00..0x10200, l0b of this core has 65536 bytes
.kernel k, core=aic
k:
    .reg    from, zb:l0b = 0xfc00, sp:load2dsp
    mov     from, 0
    mov     sp, {repeat=3}
    load_l1_to_l0b_2d_sp [zb], [from], sp
    end
