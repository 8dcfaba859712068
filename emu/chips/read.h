/* Reading one chip file into struct dv_chip: shared by the files of this folder only. */
#ifndef DV_CHIPS_READ_H
#define DV_CHIPS_READ_H

#include "emu/chips/yaml.h"
#include "emu/core/chip.h"

struct dv_reader {
    const struct dv_yaml *y;
    struct dv_chip *chip;
    char path[96];       /* of the mapping being read: "core.ub" */
    struct dv_vcost row; /* cost row being read */
    unsigned given;      /* keys of it seen, bits of the order in cost.c */
    /* Texts of the number being read; p == NULL: not given. */
    struct dv_scalar_text v, from, src, range;
};

/* Keys of the parameter tree: a number, or a mapping of them. */
enum dv_err dv_read_param(struct dv_reader *r, const struct dv_pair *pair, struct dv_diag *d);
/* The list `costs`: rows replace rows of the parents with the same class and type. */
enum dv_err dv_read_costs(struct dv_reader *r, const struct dv_pair *pair, struct dv_diag *d);

/* Provenance word of a number; anything else is CONFIG. */
enum dv_err dv_read_from(const struct dv_yaml *y, const struct dv_scalar_text *text, uint8_t *out,
                         struct dv_diag *d);
/* Source text of a number. */
enum dv_err dv_read_src(const struct dv_yaml *y, const struct dv_scalar_text *text,
                        struct dv_origin *out, struct dv_diag *d);
/* Number text at its place. */
enum dv_err dv_read_value(const struct dv_yaml *y, const struct dv_scalar_text *text, unsigned unit,
                          uint64_t *out, struct dv_diag *d);

/* Fills chip->cost_row; CONFIG when an instruction's class and type has no row. */
enum dv_err dv_cost_index(struct dv_chip *chip, struct dv_diag *d);

#endif
