/* Any number of records, sorted, in little memory: sorted runs in a file of the output folder,
 * merged into one when all are there. */
#ifndef DV_PROF_ECOSYSTEM_SPOOL_H
#define DV_PROF_ECOSYSTEM_SPOOL_H

#include <stdbool.h>
#include <stdint.h>

#include "emu/prof/sink.h"

struct dv_record {
    uint64_t v[4]; /* compared in this order */
};

struct dv_spool;
/* `name` of the file, which is made when memory is not enough and is gone at the end. NULL = out of
 * memory, which the folder knows. */
struct dv_spool *dv_spool_new(struct dv_folder *f, const char *name);
void dv_spool_add(struct dv_spool *s, const struct dv_record *r);
uint64_t dv_spool_count(const struct dv_spool *s);
/* Puts all in order; nothing may be added afterwards. False: the folder failed. */
bool dv_spool_sort(struct dv_spool *s);
void dv_spool_free(struct dv_spool *s); /* NULL allowed */

/* A place in the sorted records, with the part of the file around it. All zero is the first. */
struct dv_spool_place {
    uint64_t next;
    const struct dv_record *at; /* those from `next` on that are in memory .. */
    struct dv_record *part;     /* .. owned by the place */
    unsigned n;
};
bool dv_spool_next(struct dv_spool *s, struct dv_spool_place *p, struct dv_record *r);
void dv_spool_leave(struct dv_spool_place *p);

#endif
