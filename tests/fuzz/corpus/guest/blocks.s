
.kernel k, core=aiv
.param b, inout, s32[64]
.blocks 40
k:
.reg pb:gm, t, n
ldparam pb, b
ld.b32 t, [pb, 0]
add.s64 t, t, 1
st.b32 t, [pb, 0]
mov t, coreid
mov n, 3
l: sub.s64 n, n, 1
jumpcmp.gt.s64 n, t, l
dcci.line.out pb
end
