/* The linker: relocatable objects and archives -> one final object.
 *
 * Never sees the emulator. What is linked and how is docs/linking.md; the file format is
 * docs/object.md. */
#ifndef DV_ASM_LINK_H
#define DV_ASM_LINK_H

#include "asm/asm.h"

/* One input: an object or an archive, in memory; `name` is for messages. */
struct dv_link_file {
    const char *name;
    const uint8_t *p;
    size_t n;
};

struct dv_link_opts {
    const char *const *kernel; /* kernels to take out of archives although nothing mentions them */
    size_t kernels;
    bool colour;
    struct dv_sink *map; /* receives the link map, NULL = none */
};

/* Links. Messages (errors with source line, up to 20, and warnings) go to `messages` as finished
 * text. On success *out is final and owns its memory. Returns the code of the first error, whose
 * text is in d. Any bytes are safe; time and memory grow with the size of the input only. */
enum dv_err dv_link(const struct dv_link_file *file, size_t files, const struct dv_link_opts *o,
                    struct dv_sink *messages, struct dv_obj **out, struct dv_diag *d);

/* Gives the sections of a final object their addresses: .text at 0, outside GM; the others follow
 * each other from DV_DATA_BASE on, on pages of their own. */
void dv_link_place(struct dv_obj *o);

#endif
