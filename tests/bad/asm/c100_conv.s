; expect: 4:5: vconv.f32f16a exists on aiv, this code is for c100
.kernel k, core=c100
k:
    vconv.f32f16a [x1], [x2], x3
    end
