/* Start-up hooks of the semantic families. dv_sem_init() calls each once before the first item;
 * nothing else may. A hook builds constant tables and picks SIMD paths, and knows no machine. */
#ifndef DV_SEM_INIT_H
#define DV_SEM_INIT_H

#include <stdbool.h>

void dv_vector_init(void); /* emu/sem/vector.c */
void dv_cube_init(void);   /* emu/sem/cube.c */

/* Tier the fast paths picked: "avx512", "avx2", "portable". */
const char *dv_cube_simd(void);
/* Takes another tier of this host, also for the fixpipe; false when it has no such tier. */
bool dv_cube_choose(const char *name);

#endif
