; expect: 4:10: vadd has no type 'f17' (s16 s32 f16 f32)
.kernel k, core=aiv
k:
    vadd.f17 [x1], [x2], [x3], x4
    end
