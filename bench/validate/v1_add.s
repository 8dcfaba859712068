; V1 (asc-devkit bank-conflict sample): 1000 Adds of 4096 floats, back to back, with mask 64,
; 64 repeats, block stride 1 and repeat stride 8, at UB addresses chosen to collide or not. Timed
; with the 50 MHz counter on one core: 2390 ticks without a conflict, 4167 with both sources in
; one bank, 2389 with the first source and the destination in one bank.
;
; Every Add writes what the one before wrote: none hides the head of another.
; Open: the clock (1.80 GHz makes the slopes whole), and what stands between the counter and the
; first Add. Here a barrier does, and the region `adds` begins behind it.
.kernel v1_add, core=aiv
.param  n, u32 = 1000, min=1
.param  src0, u32 = 0,       max=0x2c000, multiple=32
.param  src1, u32 = 0x10100, max=0x2c000, multiple=32
.param  dst,  u32 = 0x20000, max=0x2c000, multiple=32
.param  a, in,  f32[4096]
.param  b, in,  f32[4096]
.param  c, out, f32[4096]
.ref    add, a, b, max_ulp=0

.buf    UB, ub, u8[0x30000]                     ; all of it: the addresses are parameters
.flag   stored, v -> mte3

v1_add:
    .reg    ra:ub = UB, rb:ub, rc:ub, p:gm, left, zero = 0
    .reg    mv:align = {len_burst=4096*4}, v:vec3 = {repeat=64}
    ldparam ra, src0
    ldparam rb, src1
    ldparam rc, dst
    ldparam p, a
    mov_out_to_ub_align.b32 [ra], [p], mv
    ldparam p, b
    mov_out_to_ub_align.b32 [rb], [p], mv
    bar.all
    .mark   adds
    ldparam left, n
again:
    vadd.f32 [rc], [ra], [rb], v
    sub.s64 left, left, 1
    jumpcmp.gt.s64 left, zero, again
    .endmark
    set     stored
    wait    stored
    ldparam p, c
    mov_ub_to_out_align.b32 [p], [rc], mv
    end
