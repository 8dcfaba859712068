.include "cycle.s"
.incbin "vector.s"
