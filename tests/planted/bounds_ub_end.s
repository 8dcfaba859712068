; The buffer is put where its last repeat lies past the 192 KB of UB: addresses wrap on silicon.
.kernel k, core=aiv
.param  x, in,  f32[1024]
.param  y, out, f32[1024]
.ref    relu, x, max_ulp=0
.flag   loaded, mte2 -> v
.flag   done,   v -> mte3
k:
    .reg    px:gm, py:gm, rx:ub = 196608-4096+256*BUG
    .reg    in:align = {len_burst=BUG ? 3840 : 4096}, all:align = {len_burst=4096}
    .reg    v:vec1 = {repeat=16}
    ldparam px, x
    ldparam py, y
    mov_out_to_ub_align.b32 [rx], [px], in
    set     loaded
    wait    loaded
    vrelu.f32 [rx], [rx], v                             ; <- BOUNDS
    set     done
    wait    done
    mov_ub_to_out_align.b32 [py], [rx], all
    end
