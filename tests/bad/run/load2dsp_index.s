; expect: 8:5: BOUNDS: reads l1 0x80000..0x80080, l1 of this core has 524288 bytes
.kernel k, core=aic
k:
    .reg    from, zb:l0b = 0, sp:load2dsp
    mov     from, 0x80000
    shl.b64 from, from, 32
    mov     sp, {repeat=1}
    load_l1_to_l0b_2d_sp [zb], [from], sp
    end
