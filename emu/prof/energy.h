/* What a finished launch did, action by action, and the energy of it by the chip's numbers. Counts
 * and femtojoules are integers; the same for every host. Leakage, network and I/O are not
 * counted. */
#ifndef DV_PROF_ENERGY_H
#define DV_PROF_ENERGY_H

#include "emu/prof/summary.h"

enum dv_energy_part {
    DV_ENERGY_CUBE,
    DV_ENERGY_VECTOR,
    DV_ENERGY_L0,
    DV_ENERGY_L1,
    DV_ENERGY_UB,
    DV_ENERGY_L2,
    DV_ENERGY_MEMORY,
    DV_ENERGY_PARTS
};
extern const char *const dv_energy_names[DV_ENERGY_PARTS];

/* One kind of action: "cube" "mac_f16" in "MAC". */
struct dv_action {
    const char *component, *name, *unit, *what;
    uint8_t part;   /* enum dv_energy_part */
    uint16_t param; /* number of the chip: energy of one */
    uint64_t paths; /* counted: bytes of these paths, 1 << DV_PATH_* .. */
    int8_t act;     /* .. or this counter, enum dv_act; -1 = none */
};
/* NULL past the end. */
const struct dv_action *dv_action_at(unsigned i);
uint64_t dv_action_count(const struct dv_action *a, const struct dv_summary *s);

/* In femtojoules; low and high: every number of the chip at that end of its range. Saturates. */
struct dv_energy {
    uint64_t part[DV_ENERGY_PARTS];
    uint64_t total, low, high;
};
void dv_energy_take(struct dv_energy *out, const struct dv_chip *c, const struct dv_summary *s);

#endif
