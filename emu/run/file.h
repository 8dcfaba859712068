/* Whole files in and out: the only place of the host side that opens them. */
#ifndef DV_RUN_FILE_H
#define DV_RUN_FILE_H

#include "isa/diag.h"

struct dv_span {
    const void *p;
    size_t n;
};

/* Reads a file ("-" = standard input) into malloc'd memory with a zero byte after the n bytes.
 * IO names the file and the reason; a file above 16 GiB is refused with MEMORY. */
enum dv_err dv_file_read(const char *path, uint8_t **p, size_t *n, struct dv_diag *d);

/* Writes spans one after another ("-" = standard output). A regular file appears whole or not at
 * all: a temporary beside it is renamed over it. IO on failure. */
enum dv_err dv_file_write(const char *path, const struct dv_span *span, size_t spans,
                          struct dv_diag *d);

#endif
