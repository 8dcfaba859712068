/* A program whose pipes wait less, for times only: what it computes that way means nothing. */
#ifndef DV_RUN_LOOSEN_H
#define DV_RUN_LOOSEN_H

#include "isa/obj.h"

enum dv_loose {
    DV_LOOSE_NOTHING,
    DV_LOOSE_BUFFERS, /* flags that hand a buffer back: the SET and the WAIT */
    DV_LOOSE_BARRIERS /* BAR.ALL */
};

/* *out is obj with a text section of its own, in which those instructions do nothing. True when
 * there were some; then *out->section[DV_TEXT].p is the caller's to free. False also when memory is
 * exhausted. */
bool dv_loosen(const struct dv_obj *obj, enum dv_loose what, struct dv_obj *out);

#endif
