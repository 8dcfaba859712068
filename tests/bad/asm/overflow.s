; expect: 4:6: buffer 'B' (131072 B) does not fit into ub (196608 B); placed: A at 0x0, 131072 B
.kernel k, core=aiv
.buf A, ub, f16[65536]
.buf B, ub, f32[16384], copies=2
k:  end
