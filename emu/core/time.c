/* Cost formulas: from chip numbers and footprint to the terms of the law in time.h.
 *
 * Owns: which formula a cost class uses, and the few formulas (docs/timing.md). Every coefficient
 * is in the chip file; the only numbers here are units and the size of a cube block. */
#include "emu/core/time.h"

#include "emu/core/mem.h"
#include "emu/core/traffic.h"

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

/* v times a ratio of the chip file (32.32), rounded down. */
static uint64_t part_of(uint64_t v, uint64_t ratio)
{
    return (uint64_t)((unsigned __int128)v * ratio >> 32);
}

/* Notes that `number` of the chip set term `t`, unless the term is 0. */
static void by(struct dv_cost *out, enum dv_term t, dv_time value, unsigned number)
{
    out->by[t] = value ? (uint16_t)number : 0;
}

/* A term that is one number of the chip file. */
#define SET(out, term, field, chip, number) \
    ((out)->field = DV_P(chip, number), by(out, DV_TERM_##term, (out)->field, DV_CP_##number))

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
    unsigned banks = (unsigned)DV_P(s->chip, ub_banks); /* 0: of a what-if, nothing conflicts */
    uint64_t port = repeats && banks ? repeats + dv_bank_extra(s->f, banks, NULL) : 0;
    out->work = larger(port * DV_CYCLE, c->each * repeats);
    by(out, DV_TERM_WORK, out->work,
       out->work > c->each * repeats ? DV_CP_ub_banks : DV_NUMBER_ROW(row - 1));
    out->tail = c->head + c->tail;
    by(out, DV_TERM_TAIL, out->tail, DV_NUMBER_ROW(row - 1));
    if (counter_mode(s->w))
        out->tail += DV_P(s->chip, vector_counter);
    SET(out, QUEUED, head_queued, s->chip, vector_chain);
    out->exclusive = out->chained = true;
}

/* ---- cube and the loads that feed it --------------------------------------------------------- */

static void cube(const struct subject *s, struct dv_cost *out)
{
    out->work = dv_time_of((uint64_t)s->f->amount.blocks * BLOCK_MACS, DV_P(s->chip, mac_f16));
    by(out, DV_TERM_WORK, out->work, DV_CP_mac_f16);
    SET(out, COLD, head_cold, s->chip, mmad_cold);
    SET(out, WAITED, head_waited, s->chip, mmad_waited);
    SET(out, QUEUED, head_queued, s->chip, mmad_queued);
    out->exclusive = true;
}

/* A load whose work is known: its start hides behind the data of the one before (timing.md 2.5),
 * and while MTE2 writes L1 it gets less of L1 (timing.md 12). */
static void load(const struct subject *s, struct dv_cost *out, dv_time work, unsigned number)
{
    out->work = work;
    by(out, DV_TERM_WORK, work, number);
    SET(out, QUEUED, head_queued, s->chip, load_queued);
    out->slowed = part_of(work, DV_P(s->chip, l1_write_slows));
    by(out, DV_TERM_SLOWED, out->slowed, DV_CP_l1_write_slows);
    out->exclusive = true;
}

/* timing.md 2.3: L0A gets 2 / d of its rate, L0B 4 / d, where d is twice the stride, plus the
 * changes of the filter row when there are several, plus 2 for L0B; never less than `least`, which
 * is also what strides other than 1, 2, 4, 8 get. */
static void load3d(const struct subject *s, struct dv_cost *out, unsigned rate, unsigned least,
                   unsigned share)
{
    const struct dv_amount *a = &s->f->amount;
    uint64_t turns = a->turns > 1 ? a->turns : 0, d = 2ull * a->step + turns + share - 2;
    bool plain = a->step == 1 || a->step == 2 || a->step == 4 || a->step == 8;
    dv_time slowest = dv_time_of(a->bytes, s->chip->v[least]);
    dv_time work = plain ? dv_time_of(a->bytes * d, s->chip->v[rate] * share) : slowest;

    load(s, out, work < slowest ? work : slowest, work < slowest ? rate : least);
    SET(out, COLD, head_cold, s->chip, load_head_3d);
}

/* Only convolution loads have a stride along a line. */
static bool is_3d(const struct subject *s)
{
    return s->f->amount.step != 0;
}

static void load2d(const struct subject *s, struct dv_cost *out, unsigned rate)
{
    load(s, out, dv_time_of(s->f->amount.bytes, s->chip->v[rate]), rate);
    SET(out, COLD, head_cold, s->chip, load_head);
}

/* The merged core can load a convolution to UB; it takes the time of one to L0A (ours). */
static bool to_ub(const struct subject *s)
{
    return dv_op_insn(s->w->op)->operand[0].space == DV_SPACE_UB;
}

static void load_a(const struct subject *s, struct dv_cost *out)
{
    if (is_3d(s))
        load3d(s, out, DV_CP_l1_l0a_rate, DV_CP_l1_l0a_least, 2);
    else
        load2d(s, out, DV_CP_l1_l0a_rate);
    out->path = to_ub(s) ? DV_PATH_L1_TO_UB : DV_PATH_L1_TO_L0A;
}

static void load_b(const struct subject *s, struct dv_cost *out)
{
    if (is_3d(s))
        load3d(s, out, DV_CP_l1_l0b_rate, DV_CP_l1_l0b_least, 4);
    else
        load2d(s, out, DV_CP_l1_l0b_rate);
    out->path = DV_PATH_L1_TO_L0B;
}

/* The port counts B as it is without sparsity: twice the kept elements (timing.md 2.2). */
static void load_sp(const struct subject *s, struct dv_cost *out)
{
    load(s, out, dv_time_of(1024ull * s->f->amount.bursts, DV_P(s->chip, l1_l0b_rate)),
         DV_CP_l1_l0b_rate);
    SET(out, COLD, head_cold, s->chip, load_head_sp);
    out->path = DV_PATH_L1_TO_L0B;
}

static void l1_bt(const struct subject *s, struct dv_cost *out)
{
    out->work = dv_time_of(s->f->amount.bytes, DV_P(s->chip, l1_bt_rate));
    by(out, DV_TERM_WORK, out->work, DV_CP_l1_bt_rate);
    SET(out, COLD, head_cold, s->chip, l1_bt_head);
    out->exclusive = true;
    out->path = DV_PATH_L1_TO_BT;
}

/* ---- moves to and from GM -------------------------------------------------------------------- */

/* One side of a move: what it takes when every line hits, or when every line misses. */
struct way {
    unsigned latency, rate, limit; /* numbers of the chip: the last is requests under way */
    dv_rate per_cycle;             /* bytes */
};

/* Bytes at a rate, and no more requests under way than the core has: each takes the latency, so
 * that n of them need n * latency / limit. Alone, a move also waits for its first data. */
static void stream(const struct subject *s, const struct way *way, uint64_t bytes,
                   uint64_t requests, dv_time *cold, dv_time *work, uint16_t number[2])
{
    dv_time latency = s->chip->v[way->latency];
    dv_time data = dv_time_of(bytes, way->per_cycle);
    dv_time window = requests * latency / s->chip->v[way->limit];
    dv_time alone = larger(latency + data, window);

    *work = larger(data, window);
    *cold = alone - *work;
    number[0] = *cold ? (uint16_t)way->latency : 0;
    number[1] = !*work ? 0 : (uint16_t)(data >= window ? way->rate : way->limit);
}

/* Memory answers in sectors; whole lines move where L2 keeps them (timing.md 2.4). */
static void move(const struct subject *s, struct dv_cost *out, const struct way *hit,
                 const struct way *miss, bool past)
{
    struct dv_traffic t = dv_traffic_of(s->f);
    uint16_t number[2];

    if (past)
        t.lines = t.sectors;
    stream(s, hit, t.sectors, t.requests, &out->head_cold, &out->work, number);
    out->by[DV_TERM_COLD] = number[0];
    out->by[DV_TERM_WORK] = number[1];
    stream(s, miss, t.lines, t.requests, &out->miss_cold, &out->miss_work, number);
    out->by[DV_TERM_MISS_COLD] = number[0];
    out->by[DV_TERM_MISS_WORK] = number[1];
    out->sectors = t.sectors;
    out->lines = t.lines;
    out->memory = true;
}

/* The stream id of a read says whether L2 keeps its lines (ours: no public source says how the hint
 * of the vendor's interface is encoded). */
static bool passes_l2(const struct subject *s)
{
    const struct dv_layout *l = dv_op_insn(s->w->op)->bundle;
    unsigned at = l && strcmp(l->name, "load2d") == 0 ? 40 : 0;

    return l && (s->w->cfg[0] >> at & 15) == DV_SID_PAST_L2;
}

static void read_gm(const struct subject *s, struct dv_cost *out, unsigned latency, unsigned rate,
                    uint64_t share)
{
    struct way hit = {latency, rate, DV_CP_reads, part_of(s->chip->v[rate], share)};
    struct way miss = {DV_CP_mem_latency, DV_CP_mem_core_rate, DV_CP_reads,
                       part_of(DV_P(s->chip, mem_core_rate), share)};
    bool past = passes_l2(s);

    move(s, out, &hit, &miss, past);
    out->hint = past ? DV_HINT_BYPASS_L2 : DV_HINT_NONE;
}

/* Stores of MTE3 and of the fixpipe have one port, and take as long whether L2 has the line or not
 * (V2-1, G2-5, G2-7); what differs is how much of a line that is not written whole moves. Atomic
 * ones get a share of the rate (timing.md 2.7). */
static void write_gm(const struct subject *s, struct dv_cost *out)
{
    dv_rate rate = DV_P(s->chip, l2_write);
    struct way way = {DV_CP_l2_write_latency, DV_CP_l2_write, DV_CP_writes,
                      s->f->atomic ? part_of(rate, DV_P(s->chip, l2_atomic_share)) : rate};

    move(s, out, &way, &way, false);
}

#define WHOLE (1ull << 32)

static void gm_l1(const struct subject *s, struct dv_cost *out)
{
    read_gm(s, out, DV_CP_gm_l1_latency, DV_CP_gm_l1_rate, WHOLE);
    SET(out, INTERVAL, interval, s->chip, gm_l1_interval);
    out->flight = (uint8_t)DV_P(s->chip, gm_l1_flight);
    out->path = DV_PATH_GM_TO_L1;
}

/* Rows are fetched one by one, at a share of what L2 or memory gives a core (timing.md 2.7). */
static void nd2nz(const struct subject *s, struct dv_cost *out)
{
    read_gm(s, out, DV_CP_l2_latency, DV_CP_l2_read, DV_P(s->chip, l2_nd_share));
    SET(out, INTERVAL, interval, s->chip, gm_l1_interval);
    out->flight = (uint8_t)DV_P(s->chip, gm_l1_flight);
    out->hint |= DV_HINT_ROWS;
    out->path = DV_PATH_GM_TO_L1;
}

static void gm_ub(const struct subject *s, struct dv_cost *out)
{
    read_gm(s, out, DV_CP_gm_ub_latency, DV_CP_gm_ub_rate, WHOLE);
    SET(out, INTERVAL, interval, s->chip, gm_ub_interval);
    out->flight = (uint8_t)DV_P(s->chip, gm_ub_flight);
    out->path = DV_PATH_GM_TO_UB;
}

static void ub_gm(const struct subject *s, struct dv_cost *out)
{
    write_gm(s, out);
    SET(out, INTERVAL, interval, s->chip, ub_gm_interval);
    out->flight = (uint8_t)DV_P(s->chip, ub_gm_flight);
    out->path = DV_PATH_UB_TO_GM;
}

/* Stores from L1 take the port of those from UB (timing.md 2.4). */
static void l1_gm(const struct subject *s, struct dv_cost *out)
{
    ub_gm(s, out);
    out->path = DV_PATH_L1_TO_GM;
}

/* Fractals from GM come the way of those to L1 (inferred: nothing is measured). */
static void gm_l0a(const struct subject *s, struct dv_cost *out)
{
    gm_l1(s, out);
    out->path = DV_PATH_GM_TO_L0A;
}

static void gm_l0b(const struct subject *s, struct dv_cost *out)
{
    gm_l1(s, out);
    out->path = DV_PATH_GM_TO_L0B;
}

/* A fixpipe store begins to drain after a head of its own; then elements and bytes flow at once,
 * the slower sets the pace (timing.md 4.3). A result of four bytes an element drains at the 32-bit
 * rate. */
static void fix_gm(const struct subject *s, struct dv_cost *out)
{
    const struct dv_amount *a = &s->f->amount;
    unsigned rate = a->bytes >= 4 * a->elems ? DV_CP_fix_elems_f32 : DV_CP_fix_elems;
    unsigned head = dv_unpack_fix(s->w->cfg).nz2nd ? DV_CP_fix_head_nz2nd : DV_CP_fix_head;
    dv_time drain = dv_time_of(a->elems, s->chip->v[rate]);

    write_gm(s, out);
    if (drain > out->work)
        out->by[DV_TERM_WORK] = (uint16_t)rate;
    if (drain > out->miss_work)
        out->by[DV_TERM_MISS_WORK] = (uint16_t)rate;
    out->work = larger(out->work, drain);
    out->miss_work = larger(out->miss_work, drain);
    out->head_queued = s->chip->v[head];
    by(out, DV_TERM_QUEUED, out->head_queued, head);
    out->head_cold += out->head_queued;
    out->miss_cold += out->head_queued;
    out->exclusive = true;
    out->path = DV_PATH_L0C_TO_GM;
}

static void fix_l1(const struct subject *s, struct dv_cost *out)
{
    const struct dv_amount *a = &s->f->amount;
    unsigned elems = a->bytes >= 4 * a->elems ? DV_CP_fix_elems_f32 : DV_CP_fix_elems;
    dv_time drain = dv_time_of(a->elems, s->chip->v[elems]);
    dv_time data = dv_time_of(a->bytes, DV_P(s->chip, fix_l1_rate));

    out->work = larger(drain, data);
    by(out, DV_TERM_WORK, out->work, data > drain ? DV_CP_fix_l1_rate : elems);
    SET(out, COLD, head_cold, s->chip, fix_head_l1);
    SET(out, QUEUED, head_queued, s->chip, fix_head_l1);
    out->exclusive = true;
    out->path = DV_PATH_L0C_TO_L1;
}

/* ---- inside a core --------------------------------------------------------------------------- */

/* Bytes at a rate; a head that shows when the unit is idle. */
static void inside(const struct subject *s, struct dv_cost *out, unsigned rate, enum dv_path path)
{
    out->work = dv_time_of(s->f->amount.bytes, s->chip->v[rate]);
    by(out, DV_TERM_WORK, out->work, rate);
    out->exclusive = true;
    out->path = (uint8_t)path;
}

static void l1_fb(const struct subject *s, struct dv_cost *out)
{
    inside(s, out, DV_CP_l1_fb_rate, DV_PATH_L1_TO_FB);
    SET(out, COLD, head_cold, s->chip, l1_fb_head);
    SET(out, QUEUED, head_queued, s->chip, l1_fb_head);
}

static void fill(const struct subject *s, struct dv_cost *out)
{
    inside(s, out, DV_CP_fill_rate, DV_PATHS);
    SET(out, COLD, head_cold, s->chip, fill_head);
    SET(out, QUEUED, head_queued, s->chip, load_queued);
}

static void l1_l1(const struct subject *s, struct dv_cost *out)
{
    inside(s, out, DV_CP_l1_l1_rate, DV_PATHS);
    SET(out, COLD, head_cold, s->chip, load_head);
    SET(out, QUEUED, head_queued, s->chip, load_queued);
}

/* Starts between vector instructions as they do; the fit has no start of its own. */
static void ub_ub(const struct subject *s, struct dv_cost *out)
{
    inside(s, out, DV_CP_ub_ub_rate, DV_PATH_UB_TO_UB);
    SET(out, QUEUED, head_queued, s->chip, vector_chain);
    out->chained = true;
}

/* Merged core: L0C drains through the vector pipe. Its head, like that of a vector instruction,
 * hides behind independent successors (timing.md 10 rows 12 and 13). */
static void through_vector(const struct subject *s, struct dv_cost *out, unsigned rate,
                           enum dv_path path)
{
    inside(s, out, rate, path);
    SET(out, TAIL, tail, s->chip, l0c_ub_head);
    SET(out, QUEUED, head_queued, s->chip, vector_chain);
    out->chained = true;
}

static void l0c_ub(const struct subject *s, struct dv_cost *out)
{
    through_vector(s, out, DV_CP_l0c_ub_rate, DV_PATH_L0C_TO_UB);
}

static void ub_l0c(const struct subject *s, struct dv_cost *out)
{
    through_vector(s, out, DV_CP_ub_l0c_rate, DV_PATH_UB_TO_L0C);
}

/* Rows from L1 come the way of those to UB. */
static void l1_ub(const struct subject *s, struct dv_cost *out)
{
    inside(s, out, DV_CP_l1_ub_rate, DV_PATH_L1_TO_UB);
    SET(out, COLD, head_cold, s->chip, load_head);
    SET(out, QUEUED, head_queued, s->chip, load_queued);
}

static void l1_l0c(const struct subject *s, struct dv_cost *out)
{
    l1_ub(s, out);
    out->path = DV_PATHS;
}

static void ub_l1(const struct subject *s, struct dv_cost *out)
{
    inside(s, out, DV_CP_ub_l1_rate, DV_PATH_UB_TO_L1);
    SET(out, COLD, head_cold, s->chip, load_head);
    SET(out, QUEUED, head_queued, s->chip, load_queued);
}

/* ---- classes --------------------------------------------------------------------------------- */

/* One formula a class of the definition. A new class does not compile until it is named here. */
#define formula_mmad cube
#define formula_l1_l0a load_a
#define formula_l1_l0b load_b
#define formula_l1_l0b_sp load_sp
#define formula_l1_bt l1_bt
#define formula_gm_l1 gm_l1
#define formula_nd2nz nd2nz
#define formula_gm_ub gm_ub
#define formula_ub_gm ub_gm
#define formula_fix_gm fix_gm
#define formula_fix_l1 fix_l1
#define formula_l1_gm l1_gm
#define formula_gm_l0a gm_l0a
#define formula_gm_l0b gm_l0b
#define formula_l1_fb l1_fb
#define formula_l1_l1 l1_l1
#define formula_ub_ub ub_ub
#define formula_l0c_ub l0c_ub
#define formula_ub_l0c ub_l0c
#define formula_l1_ub l1_ub
#define formula_l1_l0c l1_l0c
#define formula_ub_l1 ub_l1
#define formula_fill fill
#define formula_vec_abs vector
#define formula_vec_add vector
#define formula_vec_addrelu vector
#define formula_vec_addreluconv vector
#define formula_vec_axpy vector
#define formula_vec_adds vector
#define formula_vec_cadd vector
#define formula_vec_cgadd vector
#define formula_vec_cgmax vector
#define formula_vec_cmax vector
#define formula_vec_cmp vector
#define formula_vec_cmpv vector
#define formula_vec_cmpvs vector
#define formula_vec_conv vector
#define formula_vec_copy vector
#define formula_vec_cpadd vector
#define formula_vec_brcb vector
#define formula_vec_field16 vector
#define formula_vec_gather vector
#define formula_vec_gatherb vector
#define formula_vec_merge vector
#define formula_vec_reducev2 vector
#define formula_vec_sort vector
#define formula_vec_sort16 vector
#define formula_vec_transpose vector
#define formula_vec_div vector
#define formula_vec_dup vector
#define formula_vec_exp vector
#define formula_vec_ln vector
#define formula_vec_logic vector
#define formula_vec_lrelu vector
#define formula_vec_madd vector
#define formula_vec_max vector
#define formula_vec_maxs vector
#define formula_vec_mla vector
#define formula_vec_movmask vector
#define formula_vec_mul vector
#define formula_vec_mulconv vector
#define formula_vec_muls vector
#define formula_vec_not vector
#define formula_vec_rec vector
#define formula_vec_relu vector
#define formula_vec_rsqrt vector
#define formula_vec_sel vector
#define formula_vec_shift vector
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
    if (formula != cube) {
        out->head_waited = out->head_cold;
        out->by[DV_TERM_WAITED] = out->by[DV_TERM_COLD];
    }
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
