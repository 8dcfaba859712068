/* Files compiled into the binary, in the order of the meson.build that names them. The tables are
 * written by isa/gen/embed.c; knows nothing of their meaning. */
#ifndef DV_ISA_EMBED_H
#define DV_ISA_EMBED_H

#include <stddef.h>

struct dv_embedded {
    const char *name; /* file name without its suffix; NULL past the end */
    const char *text;
    size_t bytes;
};

extern const struct dv_embedded dv_chip_files[];    /* emu/chips/ *.yaml: "910B1" .. */
extern const struct dv_embedded dv_include_files[]; /* kernels/ *.inc: "dv" */
extern const struct dv_embedded dv_case_files[];    /* bench/validate/: "cases", kernels */
extern const struct dv_embedded dv_lesson_files[];  /* docs/check/ *.txt: "RACE" .. */
extern const struct dv_embedded dv_micro_files[];   /* kernels/micro/ *.s: "cube_f16" .. */
extern const struct dv_embedded dv_kit_files[];     /* bench/silicon/ *.s: "vec" .. */

#endif
