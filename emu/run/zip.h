/* The part of zip that npz uses: find a member, stored or deflated. */
#ifndef DV_RUN_ZIP_H
#define DV_RUN_ZIP_H

#include "isa/diag.h"

/* Extracts the member called `name`, or the only one when there is just one. *out is malloc'd,
 * *bytes its size. Refuses members larger than `limit` before allocating, zip64, encryption and
 * other methods; checks the CRC. Any bytes are safe. */
enum dv_err dv_zip_member(const uint8_t *p, size_t n, const char *file, const char *name,
                          uint64_t limit, uint8_t **out, size_t *bytes, struct dv_diag *d);

#endif
