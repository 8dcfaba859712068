; expect: 2:16: ldparam stands before .kernel and .param
k: ldparam x1, n
