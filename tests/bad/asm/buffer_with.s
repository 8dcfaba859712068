; expect: 4:6: buffer 'B' (256 B) is larger than 'A' (128 B), whose memory it shares
.kernel k, core=aiv
.buf A, ub, f16[64]
.buf B, ub, f16[128], with=A
k:  end
