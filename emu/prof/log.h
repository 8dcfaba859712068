/* The simulator-style instruction log: one issue and one completion line an instruction
 * (formats.md 4.1), as existing log readers take it. */
#ifndef DV_PROF_LOG_H
#define DV_PROF_LOG_H

#include <stdio.h>

#include "emu/core/machine.h"

struct dv_log {
    FILE *to;
    bool many;                /* several cores: lines carry @COREn */
    const struct dv_obj *obj; /* names of flags, buffers and regions, NULL = none */
    unsigned kernel;          /* whose names: index + 1, 0 = any */
};

/* A listener writing to l->to until the launch ends; l must outlive the machine. */
struct dv_listener dv_log_listener(struct dv_log *l);

#endif
