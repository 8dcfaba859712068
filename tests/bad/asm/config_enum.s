; expect: 4:34: 'values' is no value of field 'order' (value_index index_value value index)
.kernel k, core=aiv
k:
    .reg c:red = {repeat=1 order=values}
    end
