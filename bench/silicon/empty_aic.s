; Nothing, on any number of AICs: what a launch costs.
.kernel empty_aic, core=aic
empty_aic:
    end
