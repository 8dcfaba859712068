/* The entry: events become deeds, deeds go to the rules. See check.h and rules.h. */
#include "emu/check/check.h"

#include <stdlib.h>
#include <string.h>

#include "emu/check/hazard.h"
#include "emu/check/links.h"

struct dv_check {
    struct dv_rules k;
    struct dv_deed deed; /* scratch */
};

/* ---- deeds ----------------------------------------------------------------------------------- */

static void deed_begin(struct dv_deed *d, const struct dv_event *e)
{
    d->core = e->core;
    d->block = e->block;
    d->seq = e->seq;
    d->pc = e->pc;
    d->at = e->end;
    d->op = e->op;
    d->pipe = e->pipe;
    d->agent = (uint8_t)dv_agent_of(e->pipe);
}

static bool is_engine(const struct dv_op *op, unsigned sem)
{
    return op->exec == DV_EXEC_ENGINE && op->sem == sem;
}

/* SET, WAIT and BAR; d->pipe becomes the one in which they run, `all` for BAR.ALL and DSB. */
static bool deed_sync(struct dv_deed *d, const struct dv_event *e)
{
    const struct dv_op *op = e->op;

    if (is_engine(op, DV_ENGINE_set_flag) || is_engine(op, DV_ENGINE_wait_flag)) {
        d->kind = op->sem == DV_ENGINE_set_flag ? DV_DEED_SET : DV_DEED_WAIT;
        d->src = (uint8_t)dv_op_sel(op, DV_F_src);
        d->dst = (uint8_t)dv_op_sel(op, DV_F_dst);
        d->id = (uint8_t)dv_flag_id(op, e->x);
        d->pipe = d->kind == DV_DEED_SET ? d->src : d->dst;
    } else if (is_engine(op, DV_ENGINE_set_cross_core)) {
        d->kind = DV_DEED_CROSS;
        d->src = e->x[DV_XT] >> 4 & 3;
        d->id = e->x[DV_XT] >> 8 & 15;
        d->pipe = (uint8_t)dv_op_sel(op, DV_F_pipe);
    } else if (is_engine(op, DV_ENGINE_bar) || is_engine(op, DV_ENGINE_dsb)) {
        d->kind = DV_DEED_BAR;
        d->pipe = op->sem == DV_ENGINE_bar ? (uint8_t)dv_op_sel(op, DV_F_pipe) : DV_PIPE_ALL;
    } else {
        return false;
    }
    d->agent = (uint8_t)dv_agent_of(d->pipe);
    return true;
}

/* A load or store of S. */
static void deed_memory(struct dv_deed *d, const struct dv_event *e)
{
    d->kind = DV_DEED_WORK;
    d->agent = e->rw & DV_WRITE ? DV_AGENT_STORE : DV_AGENT_LOAD;
    memset(&d->work, 0, sizeof d->work);
    d->work.op = e->op;
    dv_foot_clear(&d->foot);
    d->foot.n = 1;
    d->foot.atomic = e->atomic;
    d->foot.part[0] = (struct dv_strided){.space = e->space,
                                          .rw = e->rw,
                                          .operand = UINT8_MAX,
                                          .rows = 1,
                                          .bytes = (uint32_t)e->bytes,
                                          .base = e->address};
}

/* ---- events ---------------------------------------------------------------------------------- */

/* An item entered its queue. */
static void heard_issue(struct dv_check *c, const struct dv_event *e)
{
    struct dv_deed *d = &c->deed;

    deed_begin(d, e);
    if (!e->work) {
        if (deed_sync(d, e))
            dv_order_deed(c->k.order, d);
        return;
    }
    d->kind = DV_DEED_WORK;
    d->work = *e->work;
    if (dv_access[dv_op_insn(e->op)->access](&d->work, &d->foot, NULL))
        return; /* refused by the engine */
    dv_hints_count(c->k.hints, d);
    if (d->foot.n)
        dv_order_deed(c->k.order, d);
}

/* S executed an instruction; those of queues come as items. */
static void heard_scalar(struct dv_check *c, const struct dv_event *e)
{
    struct dv_deed *d = &c->deed;

    dv_order_scalar(c->k.order, e);
    dv_init_scalar(c->k.init, e);
    if (e->op->exec != DV_EXEC_ENGINE) {
        dv_hints_scalar(c->k.hints, e);
        return;
    }
    if (e->op->sem == DV_ENGINE_wait_flag_dev)
        dv_order_cross(c->k.order, e->core,
                       (unsigned)(e->op->lane == DV_LANE_reg ? e->x[DV_XT] : (uint64_t)e->op->imm));
    deed_begin(d, e);
    if (e->bytes) {
        deed_memory(d, e);
        dv_order_deed(c->k.order, d);
    } else if (deed_sync(d, e) && d->agent == DV_AGENT_S &&
               (d->kind != DV_DEED_BAR || d->pipe == DV_PIPE_ALL)) {
        d->pipe = DV_PIPE_S;
        dv_order_deed(c->k.order, d);
    }
    dv_hints_scalar(c->k.hints, e);
    dv_stale_scalar(c->k.stale, e);
    dv_leave_scalar(c->k.leave, e);
}

static void heard_block(struct dv_check *c, const struct dv_event *e)
{
    if (!e->end) {
        dv_order_begin(c->k.order, e->core);
        dv_init_begin(c->k.init, e->core);
        dv_leave_begin(c->k.leave, e->core);
        dv_hints_begin(c->k.hints, e->core);
        return;
    }
    dv_order_end(c->k.order, e->core);
    dv_stale_end(c->k.stale, e->core);
    dv_leave_end(c->k.leave, e->core, e);
    dv_hints_end(c->k.hints, e->core);
}

static void hear(void *self, const struct dv_event *e)
{
    struct dv_check *c = self;

    switch (e->kind) {
    case DV_EV_ISSUE:
        heard_issue(c, e);
        break;
    case DV_EV_SCALAR:
        heard_scalar(c, e);
        break;
    case DV_EV_STALL:
        dv_hints_stall(c->k.hints, e);
        break;
    case DV_EV_BLOCK:
        heard_block(c, e);
        break;
    default:
        break;
    }
}

void dv_check_touch(struct dv_rules *k, const struct dv_deed *e, const struct dv_know *know)
{
    dv_output_touch(k, e);
    dv_init_touch(k->init, e);
    dv_race_touch(k->race, e, know);
    dv_stale_touch(k->stale, e);
    dv_hints_touch(k->hints, e);
}

/* ---- tensors --------------------------------------------------------------------------------- */

static int by_address(const void *a, const void *b)
{
    const struct dv_check_tensor *x = a, *y = b;
    return x->address < y->address ? -1 : x->address > y->address;
}

const struct dv_check_tensor *dv_rules_tensor(const struct dv_rules *k, uint64_t address)
{
    unsigned lo = 0, hi = k->tensors;

    while (lo < hi) {
        unsigned mid = (lo + hi) / 2;
        if (k->tensor[mid].address + k->tensor[mid].bytes <= address)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < k->tensors && k->tensor[lo].address <= address ? &k->tensor[lo] : NULL;
}

/* ---- life ------------------------------------------------------------------------------------ */

static bool rules_new(struct dv_rules *k)
{
    k->order = dv_order_new(k);
    k->links = dv_links_new(k);
    k->race = dv_race_new(k);
    k->init = dv_init_new(k);
    k->stale = dv_stale_new(k);
    k->leave = dv_leave_new(k);
    k->hints = dv_hints_new(k);
    return k->order && k->links && k->race && k->init && k->stale && k->leave && k->hints;
}

struct dv_check *dv_check_new(struct dv_machine *m, const struct dv_obj *obj,
                              const struct dv_check_tensor *t, unsigned n, struct dv_diag *d)
{
    const uint32_t kinds =
        1u << DV_EV_SCALAR | 1u << DV_EV_ISSUE | 1u << DV_EV_STALL | 1u << DV_EV_BLOCK;
    struct dv_check *c = calloc(1, sizeof *c);
    bool made = false;

    if (c) {
        c->k.book.m = m;
        c->k.book.obj = obj;
        c->k.cores = dv_machine_cores(m);
        c->k.tensors = n;
        c->k.tensor = malloc((n + 1) * sizeof *t);
        made = c->k.tensor && rules_new(&c->k);
    }
    if (!made || !dv_machine_listen(m, &(struct dv_listener){c, hear, kinds})) {
        dv_check_free(c);
        dv_fail(d, DV_E_MEMORY, "out of memory for the checker");
        return NULL;
    }
    if (n)
        memcpy(c->k.tensor, t, n * sizeof *t);
    qsort(c->k.tensor, n, sizeof *t, by_address);
    return c;
}

void dv_check_fault(struct dv_check *c, const struct dv_diag *fault)
{
    dv_book_cut(&c->k.book, fault);
}

enum dv_err dv_check_finish(struct dv_check *c, struct dv_diag *d)
{
    dv_hints_finish(c->k.hints);
    dv_hazard_join(&c->k.book);
    if (c->k.book.failed)
        return dv_fail(d, DV_E_MEMORY, "out of memory: the checker did not see everything");
    return DV_OK;
}

void dv_check_free(struct dv_check *c)
{
    if (!c)
        return;
    dv_order_free(c->k.order);
    dv_links_free(c->k.links);
    dv_race_free(c->k.race);
    dv_init_free(c->k.init);
    dv_stale_free(c->k.stale);
    dv_leave_free(c->k.leave);
    dv_hints_free(c->k.hints);
    free(c->k.book.at);
    free(c->k.tensor);
    free(c);
}

/* ---- results --------------------------------------------------------------------------------- */

unsigned dv_check_findings(const struct dv_check *c)
{
    return c->k.book.n;
}

const struct dv_check_finding *dv_check_finding(const struct dv_check *c, unsigned i)
{
    for (unsigned w = 0; w < 3; w++)
        for (unsigned f = 0; f < c->k.book.n; f++)
            if (dv_book_weight(c->k.book.at[f].severity) == w && !i--)
                return &c->k.book.at[f];
    return NULL;
}

uint64_t dv_check_more(const struct dv_check *c)
{
    return c->k.book.more;
}

uint64_t dv_check_allowed(const struct dv_check *c)
{
    return c->k.book.allowed;
}
