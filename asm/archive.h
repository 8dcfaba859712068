/* Archives of objects, as ar writes them: read only. Private to the linker. */
#ifndef DV_ASM_ARCHIVE_H
#define DV_ASM_ARCHIVE_H

#include "isa/diag.h"

struct dv_member {
    char *name;       /* "lib.a(vadd.o)" */
    const uint8_t *p; /* inside the archive */
    size_t n;
};
struct dv_archive {
    struct dv_member *member;
    uint32_t members;
};

/* True for the magic of an archive, thin ones included. */
bool dv_archive_is(const uint8_t *p, size_t n);
/* Lists the members; symbol tables and the table of long names are left out. GNU and BSD names.
 * OBJECT says what is wrong. Free in any case. */
enum dv_err dv_archive_read(const char *name, const uint8_t *p, size_t n, struct dv_archive *out,
                            struct dv_diag *d);
void dv_archive_free(struct dv_archive *a);

#endif
