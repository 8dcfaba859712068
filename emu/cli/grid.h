/* The grid of dv sweep: axes with their values, points numbered in the order the axes were written,
 * the last one fastest. Knows how lists and ranges are written and which chip numbers there are;
 * must not know kernels nor runs. */
#ifndef DV_CLI_GRID_H
#define DV_CLI_GRID_H

#include <stddef.h>
#include <stdint.h>

enum { DV_GRID_AXES = 64, DV_GRID_POINTS = 1000000 };

enum dv_axis_kind { DV_AXIS_ARG, DV_AXIS_SET, DV_AXIS_CHIP, DV_AXIS_BLOCKS };

struct dv_axis {
    enum dv_axis_kind kind;
    char *name; /* of the argument, path of the number, "chip", "blocks" */
    char **value;
    size_t n;
    const char *text; /* as written, borrowed */
};

struct dv_grid {
    struct dv_axis axis[DV_GRID_AXES];
    unsigned axes;
    uint64_t points; /* product; 1 without axes */
};

/* "arg", "set", "chip", "blocks" */
extern const char *const dv_axis_kinds[];

/* Adds what one argument says: NAME=LIST for arguments and numbers, LIST for the others. `text` is
 * borrowed. Returns -1 to go on, else the exit status, having said where it is wrong. */
int dv_grid_add(struct dv_grid *g, enum dv_axis_kind kind, const char *text);
/* Index of the value that axis a has at a point. */
size_t dv_grid_index(const struct dv_grid *g, unsigned a, uint64_t point);
/* An error about an axis, with a caret under column `at` of what was written. Returns 2. */
int dv_grid_complain(enum dv_axis_kind kind, const char *text, size_t at, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void dv_grid_free(struct dv_grid *g);

#endif
