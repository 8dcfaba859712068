/* What dv explain prints and writes; what happened is in emu/prof/explain.h. */
#ifndef DV_RUN_EXPLAIN_H
#define DV_RUN_EXPLAIN_H

#include "emu/prof/explain.h"
#include "emu/run/run.h"

struct dv_explain_view {
    const struct dv_run *run;
    const struct dv_life *life;
    struct dv_piece piece[DV_LIFE_PIECES];
    unsigned pieces;
    struct dv_life_term term[DV_LIFE_TERMS];
    unsigned terms;
};

/* Fills the pieces and terms of v->life. */
void dv_explain_fill(struct dv_explain_view *v);
/* The page of text. */
void dv_explain_show(FILE *f, const struct dv_explain_view *v);
/* The document of docs/schema/explain.json. */
void dv_explain_json(struct dv_json *j, const struct dv_explain_view *v);

/* ---- explain_show.c -------------------------------------------------------------------------- */

/* Assembly text of the instruction at pc; with the names of flags. Returns out. */
const char *dv_explain_insn(const struct dv_run *r, uint64_t pc, char *out, size_t size);
/* "mmad.f16f32 .. (line 71)", the file named when it is not that of the life. Returns out. */
const char *dv_explain_other(const struct dv_explain_view *v, const struct dv_life_other *o,
                             char *out, size_t size);
/* Why a piece is as long as it is. Returns out. */
const char *dv_explain_why(const struct dv_explain_view *v, const struct dv_piece *p, char *out,
                           size_t size);
/* What S waited for. Returns out. */
const char *dv_explain_stall(const struct dv_explain_view *v, const struct dv_life_stall *w,
                             char *out, size_t size);
/* Value with unit, "" for the range when there is none. */
void dv_explain_number(const struct dv_chip *c, unsigned number, char *value, size_t size,
                       char *range, size_t range_size);
/* "core 24 (aiv 0)". Returns out. */
const char *dv_explain_core(const struct dv_run *r, unsigned core, char *out, size_t size);

#endif
