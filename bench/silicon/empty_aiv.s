; Nothing, on any number of AIVs: what a launch costs.
.kernel empty_aiv, core=aiv
empty_aiv:
    end
