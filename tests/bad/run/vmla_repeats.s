; expect: 6:5: OVERLAP: repeats of dst overlap, and dst is a source too: no repeat may read what an earlier one wrote
.kernel k, core=aiv
k:
    .reg d:ub = 0, a:ub = 1024, b:ub = 2048
    .reg v:vec3 = {repeat=2 dst_rep=4}
    vmla.f32 [d], [a], [b], v
    end
