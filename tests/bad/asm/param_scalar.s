; expect: 3:11: expected in out inout scratch, or a scalar type u32 s32 u64 s64 f32
.kernel k, core=aiv
.param n, f16 = 1
k:
    nop
    end
