; expect: 2:1: files are nested deeper than 32: does 'include_self.s' include itself?
.include "include_self.s"
