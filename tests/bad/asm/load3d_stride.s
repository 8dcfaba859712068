; expect: 4:77: 0 does not fit field 'stride_w' of load3d (1..63)
.kernel k, core=aic
k:
    .reg c:load3d = {channel_size=16 m_extension=16 k_extension=16 stride_w=0}
    end
