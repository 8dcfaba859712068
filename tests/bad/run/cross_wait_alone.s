; expect: 4:5: ILLEGAL: flags between cores need a mix kernel: other launches have nothing that carries them
.kernel k, core=aic
k:
    wait_flag_dev #3
    end
