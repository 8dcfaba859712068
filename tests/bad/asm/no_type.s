; expect: 4:9: vadd needs a type after a dot (s16 s32 f16 f32)
.kernel k, core=aiv
k:
    vadd [x1], [x2], [x3], x4
    end
