/* Loads and stores of S: the address map (isa.md 4.4), bounds, collisions with items in flight,
 * and their cost: tags of the D-cache tell hit from miss. Its incoherence is not modelled:
 * stores reach memory at once (the checker knows better). */
#include "emu/core/state.h"
#include "emu/sem/store.h"

#include <stdio.h>

enum { UB_WINDOW = 1 << 19 }; /* from SYS_VA_BASE on, and its length */

/* A place S can reach. */
struct spot {
    uint8_t *host;
    unsigned space;
    uint64_t address; /* in its space */
    bool stack;
};

static enum dv_err outside(struct dv_machine *m, struct dv_core *c, uint64_t address,
                           unsigned bytes, const char *what)
{
    int near = dv_gm_nearest(m, address);
    dv_core_fault(m, c, (uint32_t)(c->s.pc / 4), DV_PIPE_S, c->now, DV_E_BOUNDS,
                  "scalar access of %u bytes at 0x%llx is outside %s", bytes,
                  (unsigned long long)address, what);
    dv_place_bytes(m, DV_SPACE_GM, address, bytes, NULL, &m->diag.at);
    if (near >= 0)
        snprintf(m->diag.fix, sizeof m->diag.fix, "the nearest tensor, %s, is 0x%llx..0x%llx",
                 m->st->alloc[near].name, (unsigned long long)m->st->alloc[near].address,
                 (unsigned long long)(m->st->alloc[near].address + m->st->alloc[near].bytes));
    return m->fault;
}

/* c220 window: bits [48:25] of SYS_VA_BASE, bit 24 clear; [24:20] = 0 and bit 19 set is UB, other
 * [23:20] is the stack. */
static enum dv_err find_spot(struct dv_machine *m, struct dv_core *c, uint64_t address,
                             unsigned bytes, struct spot *s)
{
    uint64_t window = (1ull << 49) - (1ull << 24), offset = address - DV_SYS_VA_BASE;
    uint32_t ub = m->sizes[c->kind].bytes[DV_SPACE_UB];

    s->stack = false;
    if ((address & window) != (DV_SYS_VA_BASE & window)) {
        s->host = dv_machine_gm(m, address, bytes);
        s->space = DV_SPACE_GM;
        s->address = address;
        return s->host ? DV_OK : outside(m, c, address, bytes, "every tensor");
    }
    if (offset >> 20 == 0) {
        s->address = offset & 0x7ffff;
        s->space = DV_SPACE_UB;
        if (!(offset >> 19) || s->address + bytes > ub)
            return outside(m, c, address, bytes, "the unified buffer");
        s->host = (uint8_t *)m->st + c->local[DV_SPACE_UB] + s->address;
        return DV_OK;
    }
    s->address = offset - (1u << 20) - (uint64_t)c->coreid * DV_STACK_BYTES;
    s->stack = true;
    s->space = DV_SPACE_GM;
    if (s->address >= DV_STACK_BYTES || s->address + bytes > DV_STACK_BYTES)
        return outside(m, c, address, bytes, "the stack of this core");
    s->host = c->stack + s->address;
    return DV_OK;
}

/* With a feed, what is in none of ours is somewhere in the log's own map: like the stack, it is in
 * no space that others reach. */
static enum dv_err locate(struct dv_machine *m, struct dv_core *c, uint64_t address, unsigned bytes,
                          struct spot *s)
{
    enum dv_err err = find_spot(m, c, address, bytes, s);

    if (!err || !m->fed)
        return err;
    m->fault = DV_OK;
    dv_diag_init(&m->diag);
    *s = (struct spot){.host = c->stack, .space = DV_SPACE_GM, .stack = true};
    return DV_OK;
}

static enum dv_err no_data(struct dv_machine *m, struct dv_core *c, const struct spot *s,
                           unsigned bytes, uint32_t producer)
{
    dv_core_fault(m, c, (uint32_t)(c->s.pc / 4), DV_PIPE_S, c->now, DV_E_NODATA,
                  "S reads bytes whose payload --data off skipped");
    dv_place_bytes(m, s->space, s->address, bytes, NULL, &m->diag.at);
    m->diag.has_other = true;
    dv_place_insn(m, c, producer, producer < m->code.words ? m->code.op[producer].pipe : DV_PIPE_S,
                  c->now, &m->diag.other);
    snprintf(m->diag.fix, sizeof m->diag.fix, "run with --data on: control depends on data");
    return m->fault;
}

static enum dv_err reach(struct dv_machine *m, struct dv_core *c, uint64_t address, unsigned bytes,
                         unsigned rw, struct spot *s)
{
    uint32_t producer;

    if (locate(m, c, address, bytes, s))
        return m->fault;
    if (address % bytes) {
        dv_core_fault(m, c, (uint32_t)(c->s.pc / 4), DV_PIPE_S, c->now, DV_E_ALIGN,
                      "scalar access of %u bytes at 0x%llx is not aligned", bytes,
                      (unsigned long long)address);
        dv_place_bytes(m, s->space, s->address, bytes, NULL, &m->diag.at);
        return m->fault;
    }
    if (s->stack)
        return DV_OK;
    if (!m->opt.time_off && dv_collide_scalar(m, c, s->space, s->address, bytes, rw))
        return m->fault;
    producer =
        rw & DV_READ && !m->fed ? dv_taint_find(m, c, s->space, s->address, bytes) : UINT32_MAX;
    if (producer != UINT32_MAX)
        return no_data(m, c, s, bytes, producer);
    if (m->touch && s->space == DV_SPACE_GM)
        dv_machine_touch(m, s->address);
    c->stats.path_bytes[s->space == DV_SPACE_UB ? DV_PATH_SCALAR_UB : DV_PATH_SCALAR_GM] += bytes;
    return DV_OK;
}

static enum dv_err load(struct dv_machine *m, struct dv_core *c, uint64_t address, unsigned bytes,
                        uint64_t *out, struct spot *s)
{
    uint64_t v = 0;

    if (reach(m, c, address, bytes, DV_READ, s))
        return m->fault;
    memcpy(&v, s->host, bytes);
    *out = v;
    return DV_OK;
}

static enum dv_err store(struct dv_machine *m, struct dv_core *c, uint64_t address, unsigned bytes,
                         uint64_t value, struct spot *s)
{
    if (reach(m, c, address, bytes, DV_WRITE, s))
        return m->fault;
    if (!m->fed)
        memcpy(s->host, &value, bytes);
    return DV_OK;
}

/* ---- time ------------------------------------------------------------------------------------ */

static void wait(struct dv_machine *m, struct dv_core *c, unsigned number, unsigned reason)
{
    struct dv_moment at = *dv_scalar_moment(m, c);

    at.at += m->chip.v[number];
    blame_add(m, &at.by, m->chip.v[number], number);
    dv_count_scalar(m, c, &at, reason);
}

/* A load answers from UB or the D-cache, which a miss fills first; a store waits for nobody but
 * takes its line. The stack is cached like GM (isa.md 4.4). */
static void answer(struct dv_machine *m, struct dv_core *c, const struct spot *s, bool is_load,
                   bool direct)
{
    bool hit;

    if (m->opt.time_off || dv_feed_paced(m))
        return;
    if (s->space == DV_SPACE_UB && !s->stack) {
        if (is_load)
            wait(m, c, DV_CP_scalar_ld_ub, DV_STALL_mem_latency);
        return;
    }
    if (direct) { /* like a miss, and the cache stays as it is */
        if (is_load)
            wait(m, c, DV_CP_scalar_ld_gm, DV_STALL_mem_latency);
        if (is_load)
            wait(m, c, DV_CP_scalar_miss, DV_STALL_mem_latency);
        return;
    }
    hit = s->stack || dv_cache_touch(&c->dcache, s->address);
    if (is_load)
        wait(m, c, DV_CP_scalar_ld_gm, DV_STALL_mem_latency);
    if (is_load && !hit)
        wait(m, c, DV_CP_scalar_miss, DV_STALL_dcache);
}

/* Address of an access; the post forms move the base register afterwards. */
static uint64_t address_of(struct dv_core *c, const struct dv_op *op)
{
    uint64_t base = c->s.x[op->x[DV_XN]];

    if (op->lane == DV_LANE_reg)
        return base + c->s.x[op->x[DV_XM]];
    return op->lane == DV_LANE_post ? base : base + (uint64_t)(int64_t)op->imm;
}

static unsigned count_of(const struct dv_op *op)
{
    if (op->sem == DV_ENGINE_ld4 || op->sem == DV_ENGINE_st4)
        return 4;
    return op->sem == DV_ENGINE_ldp || op->sem == DV_ENGINE_stp ? 2 : 1;
}

/* Register i of an access: pairs name both, quads go on modulo 32 (isa.md section 4). */
static unsigned register_of(const struct dv_op *op, unsigned i)
{
    if (count_of(op) == 2)
        return op->x[i ? DV_XM : DV_XD];
    return (op->x[DV_XD] + i) & 31;
}

static bool is_load(const struct dv_op *op)
{
    return op->sem == DV_ENGINE_ld || op->sem == DV_ENGINE_ldp || op->sem == DV_ENGINE_ld4 ||
           op->sem == DV_ENGINE_ld_dev || op->sem == DV_ENGINE_ld_ddr;
}

/* Past the D-cache, to GM alone. */
static bool is_direct(const struct dv_op *op)
{
    return op->sem == DV_ENGINE_ld_dev || op->sem == DV_ENGINE_ld_ddr ||
           op->sem == DV_ENGINE_st_dev || op->sem == DV_ENGINE_st_ddr ||
           op->sem == DV_ENGINE_st_atomic;
}

static enum dv_err only_gm(struct dv_machine *m, struct dv_core *c, const struct dv_op *op,
                           uint64_t address, unsigned bytes)
{
    struct spot s;

    if (locate(m, c, address, bytes, &s))
        return m->fault;
    if (m->fed || (s.space == DV_SPACE_GM && !s.stack))
        return DV_OK;
    dv_core_fault(m, c, (uint32_t)(c->s.pc / 4), DV_PIPE_S, c->now, DV_E_BOUNDS,
                  "%s reaches gm only, 0x%llx is in the local window", dv_op_insn(op)->name,
                  (unsigned long long)address);
    dv_diag_fix(&m->diag, "ld and st reach ub and the stack");
    return m->fault;
}

/* ---- ST_ATOMIC: type and operation from ST_ATOMIC_CFG, codes as in CTRL (isa.md 4.1) ------- */

static uint8_t atomic_kind(const struct dv_core *c)
{
    uint64_t cfg = c->env.v[DV_ENV_ST_ATOMIC_CFG];
    return cfg & 7 ? cfg & 31 : 0;
}

/* Bytes of one value of an access: the element of ST_ATOMIC, else the type of the instruction. */
static unsigned width_of(const struct dv_core *c, const struct dv_op *op)
{
    uint8_t kind = op->sem == DV_ENGINE_st_atomic ? atomic_kind(c) : 0;
    return kind ? dv_atomic_bytes(kind) : dv_elem_bits(dv_types[op->type].src) / 8;
}

static enum dv_err atomic_code(struct dv_machine *m, struct dv_core *c)
{
    uint8_t kind = atomic_kind(c);

    if (!kind || (dv_atomic_elem(kind) != DV_EL_NONE && dv_atomic_op(kind) <= DV_ATOMIC_MIN))
        return DV_OK;
    return dv_core_fault(m, c, (uint32_t)(c->s.pc / 4), DV_PIPE_S, c->now, DV_E_RANGE,
                         "ST_ATOMIC_CFG is 0x%x: types are 0 to 6, operations 0 to 2", kind);
}

static enum dv_err atomic_store(struct dv_machine *m, struct dv_core *c, const struct dv_op *op,
                                uint64_t address, uint64_t value, struct spot *s)
{
    static const uint64_t none[DV_SLOTS];
    unsigned bytes = width_of(c, op);
    struct dv_work w;

    if (reach(m, c, address, bytes, DV_WRITE, s))
        return m->fault;
    if (m->fed)
        return DV_OK;
    dv_work_fill(m, c, op, none, &c->env, &w);
    dv_store(&w, atomic_kind(c), s->host, (const uint8_t *)&value, bytes);
    return DV_OK;
}

/* Value number i of an access. */
static enum dv_err access(struct dv_machine *m, struct dv_core *c, const struct dv_op *op,
                          unsigned i, uint64_t at, unsigned bytes, uint64_t *value, struct spot *s)
{
    uint64_t filled = dv_op_sel(op, DV_F_ones) ? ~0ull : 0;

    if (op->sem == DV_ENGINE_st_atomic)
        return atomic_store(m, c, op, at, c->s.x[op->x[DV_XD]], s);
    if (is_load(op))
        return load(m, c, at, bytes, value, s);
    return store(m, c, at, bytes, op->sem == DV_ENGINE_sti ? filled : c->s.x[register_of(op, i)],
                 s);
}

enum dv_err dv_scalar_memory(struct dv_machine *m, struct dv_core *c, const struct dv_op *op)
{
    unsigned n = count_of(op), bytes;
    uint64_t address = address_of(c, op), value[4];
    struct spot s[4]; /* time passes at the end: all parts of an access have one */

    if (op->sem == DV_ENGINE_st_atomic && atomic_code(m, c))
        return m->fault;
    bytes = width_of(c, op);
    if (is_direct(op) && only_gm(m, c, op, address, bytes))
        return m->fault;
    c->loaded = address;
    for (unsigned i = 0; i < n; i++) {
        uint64_t at = address + (uint64_t)i * bytes;
        if (access(m, c, op, i, at, bytes, &value[i], &s[i]))
            return m->fault;
    }
    if (op->lane == DV_LANE_post)
        c->s.x[op->x[DV_XN]] += (uint64_t)(int64_t)op->imm;
    for (unsigned i = 0; is_load(op) && i < n; i++)
        c->s.x[register_of(op, i)] = value[i];
    for (unsigned i = 0; i < n; i++)
        answer(m, c, &s[i], is_load(op), is_direct(op));
    return DV_OK;
}

/* LD VAd: 16 bytes of UB that Xn names, or the 16 behind them (isa.md 17.5). */
enum dv_err dv_scalar_entries(struct dv_machine *m, struct dv_core *c, const struct dv_op *op,
                              uint64_t half[2])
{
    uint64_t at = c->s.x[op->x[DV_XN]] + 16 * dv_op_sel(op, DV_F_part);
    struct spot s;

    if (at > UB_WINDOW - 16) {
        dv_core_fault(m, c, (uint32_t)(c->s.pc / 4), DV_PIPE_S, c->now, DV_E_BOUNDS,
                      "va register read from 0x%llx, which is no address of ub",
                      (unsigned long long)at);
        return m->fault;
    }
    c->loaded = DV_SYS_VA_BASE + UB_WINDOW + at;
    if (load(m, c, c->loaded, 8, &half[0], &s) || load(m, c, c->loaded + 8, 8, &half[1], &s))
        return m->fault;
    answer(m, c, &s, true, false);
    return DV_OK;
}

static bool is_memory(const struct dv_op *op)
{
    return op->exec == DV_EXEC_ENGINE &&
           (is_load(op) || is_direct(op) || op->sem == DV_ENGINE_st || op->sem == DV_ENGINE_stp ||
            op->sem == DV_ENGINE_st4 || op->sem == DV_ENGINE_sti);
}

void dv_scalar_heard(struct dv_machine *m, struct dv_core *c, const struct dv_op *op,
                     struct dv_event *e)
{
    bool entries = op->exec == DV_EXEC_ENGINE && op->sem == DV_ENGINE_ldva;
    unsigned bytes;
    struct spot s;

    if (!is_memory(op) && !entries)
        return;
    bytes = entries ? 16 : width_of(c, op) * count_of(op);
    if (locate(m, c, c->loaded, bytes, &s) || s.stack)
        return;
    e->space = (uint8_t)s.space;
    e->rw = entries || is_load(op) ? DV_READ : DV_WRITE;
    e->atomic = op->sem == DV_ENGINE_st_atomic ? atomic_kind(c) : 0;
    e->rw |= e->atomic ? DV_READ : 0;
    e->address = s.address;
    e->bytes = bytes;
}

/* Where an access lies: its space, and the address in it. The stack is in no space. */
static unsigned space_of(uint64_t *address)
{
    uint64_t window = (1ull << 49) - (1ull << 24), offset = *address - DV_SYS_VA_BASE;

    if ((*address & window) != (DV_SYS_VA_BASE & window))
        return DV_SPACE_GM;
    *address = offset & (UB_WINDOW - 1);
    return offset >> 20 ? DV_SPACE_COUNT : DV_SPACE_UB;
}

bool dv_scalar_early(struct dv_machine *m, struct dv_core *c, const struct dv_op *op)
{
    bool entries = op->sem == DV_ENGINE_ldva;
    uint64_t at =
        entries ? DV_SYS_VA_BASE + UB_WINDOW + c->s.x[op->x[DV_XN]] + 16 * dv_op_sel(op, DV_F_part)
                : address_of(c, op);
    uint64_t bytes = entries ? 16 : width_of(c, op) * count_of(op);
    unsigned space = space_of(&at);

    for (unsigned q = DV_Q_MTE2; q < DV_QUEUES && space < DV_SPACE_COUNT; q++) {
        const struct dv_ring *r = &c->ring[q];
        for (uint32_t i = r->settled; i != r->next; i++) {
            const struct dv_item *o = &r->item[i & (DV_RING - 1)];
            if (o->kind == DV_IT_WORK && o->start.at <= c->now &&
                dv_job_near(job_of(c, o), space, at, at + bytes) && !dv_core_reached(m, c, c->now))
                return true;
        }
    }
    return false;
}

/* DC_PRELOAD: the line comes into the D-cache; where no tensor is, nothing happens (ours). */
void dv_scalar_preload(struct dv_machine *m, struct dv_core *c, const struct dv_op *op)
{
    uint64_t address = address_of(c, op);

    if (dv_gm_find(m, address, address + 1) >= 0 && !m->opt.time_off)
        dv_cache_touch(&c->dcache, address);
}

/* Loads of the same tensor from lines the D-cache holds always take the same time. */
bool dv_scalar_again(struct dv_machine *m, struct dv_core *c, const struct dv_op *op, int tensor)
{
    unsigned bytes = dv_elem_bits(dv_types[op->type].src) / 8, n = count_of(op);
    uint64_t address = address_of(c, op), value[4] = {0};

    for (unsigned i = 0; i < n; i++) {
        uint64_t at = address + (uint64_t)i * bytes;
        if (!is_load(op) || at % bytes || dv_gm_find(m, at, at + bytes) != tensor ||
            !dv_cache_holds(&c->dcache, at) ||
            dv_taint_find(m, c, DV_SPACE_GM, at, bytes) != UINT32_MAX)
            return false;
        dv_machine_touch(m, at);
        memcpy(&value[i], dv_machine_gm(m, at, bytes), bytes);
    }
    for (unsigned i = 0; i < n; i++)
        dv_cache_touch(&c->dcache, address + (uint64_t)i * bytes);
    if (op->lane == DV_LANE_post)
        c->s.x[op->x[DV_XN]] += (uint64_t)(int64_t)op->imm;
    for (unsigned i = 0; i < n; i++)
        c->s.x[register_of(op, i)] = value[i];
    return true;
}
