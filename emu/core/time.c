/* Cost formulas: from chip numbers and footprint to the terms of the law in time.h.
 *
 * Owns: which formula a cost class uses, and the few formulas (docs/timing.md). Every coefficient
 * is in the chip file; the only numbers here are units and the size of a cube block. */
#include "emu/core/time.h"

#include <assert.h>
#include <string.h>

/* 16x16x16 products are one block of dv_amount.blocks (timing.md 4.1). */
#define BLOCK_MACS 4096u

struct subject {
    const struct dv_chip *chip;
    const struct dv_work *w;
    const struct dv_foot *f;
};
typedef void (*formula_fn)(const struct subject *s, struct dv_cost *out);

static dv_time larger(dv_time a, dv_time b)
{
    return a > b ? a : b;
}

/* ---- vector ---------------------------------------------------------------------------------- */

static bool counter_mode(const struct dv_work *w)
{
    return w->env && (w->env->v[DV_ENV_CTRL] >> 56 & 1);
}

/* F + R * II (timing.md 3.1). The fixed part F shows as tail: independent successors hide it.
 * Bank conflicts delay the reads and writes, which take one cycle a repeat without them; an
 * operation slower than that hides them (TDIV 4.03 r with conflicting sources, timing.md 3.2). */
static void vector(const struct subject *s, struct dv_cost *out)
{
    const struct dv_op *op = s->w->op;
    unsigned row = s->chip->cost_row[dv_op_insn(op)->cost][op->type];
    uint64_t repeats = s->f->amount.repeats;
    const struct dv_vcost *c = &s->chip->cost[row - 1];
    assert(row); /* the loader refuses a chip that leaves an executed type without price */
    uint64_t port =
        repeats ? repeats + dv_bank_extra(s->f, (unsigned)DV_P(s->chip, ub_banks), NULL) : 0;
    out->work = larger(port * DV_CYCLE, c->each * repeats);
    out->tail = c->head + c->tail;
    if (counter_mode(s->w))
        out->tail += DV_P(s->chip, vector_counter);
    out->head_queued = DV_P(s->chip, vector_chain);
    out->exclusive = out->chained = true;
}

/* ---- cube and the loads that feed it --------------------------------------------------------- */

static void cube(const struct subject *s, struct dv_cost *out)
{
    out->work = dv_time_of((uint64_t)s->f->amount.blocks * BLOCK_MACS, DV_P(s->chip, mac_f16));
    out->head_cold = DV_P(s->chip, mmad_cold);
    out->head_queued = DV_P(s->chip, mmad_queued);
    out->exclusive = true;
}

/* A start that the previous load does not hide (timing.md 4.2). */
static void load(const struct subject *s, struct dv_cost *out, dv_time head, dv_rate rate)
{
    out->work = dv_time_of(s->f->amount.bytes, rate);
    out->head_cold = out->head_queued = head;
    out->exclusive = true;
}

static void load_a(const struct subject *s, struct dv_cost *out)
{
    load(s, out, DV_P(s->chip, l1_l0a_head), DV_P(s->chip, l1_l0a_rate));
    out->path = DV_PATH_L1_TO_L0A;
}

static void load_b(const struct subject *s, struct dv_cost *out)
{
    load(s, out, DV_P(s->chip, l1_l0b_head), DV_P(s->chip, l1_l0b_rate));
    out->path = DV_PATH_L1_TO_L0B;
}

/* ---- moves to and from GM -------------------------------------------------------------------- */

/* Several in flight, data in order: the latency shows only when the port was idle. */
static void stream(const struct subject *s, struct dv_cost *out, dv_time latency, dv_rate rate)
{
    out->work = dv_time_of(s->f->amount.bytes, rate);
    out->head_cold = latency;
}

static void gm_l1(const struct subject *s, struct dv_cost *out)
{
    stream(s, out, DV_P(s->chip, gm_l1_latency), DV_P(s->chip, gm_l1_rate));
    out->interval = DV_P(s->chip, gm_l1_interval);
    out->flight = (uint8_t)DV_P(s->chip, gm_l1_flight);
    out->path = DV_PATH_GM_TO_L1;
}

static void nd2nz(const struct subject *s, struct dv_cost *out)
{
    stream(s, out, DV_P(s->chip, nd2nz_latency), DV_P(s->chip, nd2nz_rate));
    out->interval = DV_P(s->chip, nd2nz_interval);
    out->flight = (uint8_t)DV_P(s->chip, gm_l1_flight);
    out->path = DV_PATH_GM_TO_L1;
}

static void gm_ub(const struct subject *s, struct dv_cost *out)
{
    stream(s, out, DV_P(s->chip, gm_ub_latency), DV_P(s->chip, gm_ub_rate));
    out->interval = DV_P(s->chip, gm_ub_interval);
    out->flight = (uint8_t)DV_P(s->chip, gm_ub_flight);
    out->path = DV_PATH_GM_TO_UB;
}

static void ub_gm(const struct subject *s, struct dv_cost *out)
{
    stream(s, out, DV_P(s->chip, ub_gm_latency), DV_P(s->chip, ub_gm_rate));
    out->interval = DV_P(s->chip, ub_gm_interval);
    out->flight = (uint8_t)DV_P(s->chip, ub_gm_flight);
    out->path = DV_PATH_UB_TO_GM;
}

/* The slower of draining elements and moving bytes (timing.md 4.3); a result of four bytes an
 * element drains at the 32-bit rate. */
static void fix_gm(const struct subject *s, struct dv_cost *out)
{
    const struct dv_amount *a = &s->f->amount;
    bool wide = a->bytes >= 4 * a->elems;
    bool rows = dv_unpack_fix(s->w->cfg).nz2nd;
    dv_rate drain = wide ? DV_P(s->chip, fix_elems_f32) : DV_P(s->chip, fix_elems);
    out->work =
        larger(dv_time_of(a->elems, drain), dv_time_of(a->bytes, DV_P(s->chip, fix_gm_rate)));
    out->head_cold = rows ? DV_P(s->chip, fix_head_nz2nd) : DV_P(s->chip, fix_head);
    out->head_queued = out->head_cold;
    out->exclusive = true;
    out->path = DV_PATH_L0C_TO_GM;
}

/* ---- classes --------------------------------------------------------------------------------- */

/* One formula a class of the definition. A new class does not compile until it is named here. */
#define formula_mmad cube
#define formula_l1_l0a load_a
#define formula_l1_l0b load_b
#define formula_gm_l1 gm_l1
#define formula_nd2nz nd2nz
#define formula_gm_ub gm_ub
#define formula_ub_gm ub_gm
#define formula_fix_gm fix_gm
#define formula_vec_abs vector
#define formula_vec_add vector
#define formula_vec_adds vector
#define formula_vec_cadd vector
#define formula_vec_cgadd vector
#define formula_vec_cgmax vector
#define formula_vec_cmax vector
#define formula_vec_conv vector
#define formula_vec_copy vector
#define formula_vec_cpadd vector
#define formula_vec_div vector
#define formula_vec_dup vector
#define formula_vec_exp vector
#define formula_vec_ln vector
#define formula_vec_logic vector
#define formula_vec_max vector
#define formula_vec_maxs vector
#define formula_vec_mul vector
#define formula_vec_muls vector
#define formula_vec_not vector
#define formula_vec_rec vector
#define formula_vec_relu vector
#define formula_vec_rsqrt vector
#define formula_vec_sqrt vector

static const formula_fn formulas[DV_COST_COUNT] = {
#define X(name) [DV_COST_##name] = formula_##name,
    DV_COST_LIST(X)
#undef X
};

const char *const dv_cost_names[DV_COST_COUNT] = {[DV_COST_none] = "none",
#define X(name) [DV_COST_##name] = #name,
                                                  DV_COST_LIST(X)
#undef X
};

bool dv_time_listed(unsigned cost)
{
    return cost < DV_COST_COUNT && formulas[cost] == vector;
}

void dv_time_cost(const struct dv_chip *chip, const struct dv_work *w, const struct dv_foot *f,
                  struct dv_cost *out)
{
    struct subject s = {chip, w, f};
    formula_fn formula = formulas[dv_op_insn(w->op)->cost];
    memset(out, 0, sizeof *out);
    out->path = DV_PATHS;
    out->exclusive = true;
    if (!formula)
        return;
    out->exclusive = false;
    formula(&s, out);
}

/* ---- scalar ---------------------------------------------------------------------------------- */

static bool divides(const struct dv_op *op)
{
    return op->exec == DV_EXEC_SCALAR && (op->sem == DV_SCALAR_div || op->sem == DV_SCALAR_rem);
}

dv_time dv_time_scalar(const struct dv_chip *chip, const struct dv_op *op, bool jumped)
{
    return (jumped ? DV_P(chip, scalar_jump) : 0) + (divides(op) ? DV_P(chip, scalar_div) : 0);
}

const char *const dv_path_names[DV_PATHS] = {
#define X(n) #n,
    DV_PATH_LIST(X)
#undef X
};
