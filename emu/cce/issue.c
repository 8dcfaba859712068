/* One instruction of a kernel: its site, its pointers, the machine; and the turns that coroutine
 * and chip loop take. */
#include <stdlib.h>
#include <string.h>

#include "emu/cce/device.h"

_Thread_local struct dv_seat *dv_dev_seat;

/* ---- turns ----------------------------------------------------------------------------------- */

static void leave(struct dv_seat *s)
{
    dv_fiber_leave(s->fiber);
}

static uint64_t step(struct dv_seat *s, uint32_t op, const uint64_t x[DV_SLOTS])
{
    struct dv_machine *m = s->device->machine;
    uint64_t out = 0;

    __atomic_store_n(&s->last, op, __ATOMIC_RELAXED); /* patience.c looks on */
    __atomic_store_n(&s->issued, s->issued + 1, __ATOMIC_RELEASE);
    if (__atomic_load_n(&s->device->lasting, __ATOMIC_RELAXED))
        dv_patience_tell(s);
    for (;;) {
        switch (dv_native_step(m, s->core, op, x, &out)) {
        case DV_NATIVE_ON:
            return out;
        case DV_NATIVE_OVER:
            leave(s);
            dv_native_seen(m, s->core);
            return out;
        default:
            leave(s);
        }
    }
}

void dv_dev_die(struct dv_seat *s, uint32_t op, enum dv_err code, const char *operand,
                const char *text, const char *fix)
{
    for (;;) {
        dv_native_fault(s->device->machine, s->core, op, code, operand, text, fix);
        leave(s);
    }
}

uint32_t dv_dev_place(struct dv_seat *s)
{
    const struct dv_cce_launch *l = &s->device->launch;
    const struct dv_cce_at at = {l->name, l->file, l->line};

    return s->last != DV_NATIVE_FULL
               ? s->last
               : dv_site_find(s->device->sites, s->device->machine, s->device->nop, &at);
}

/* The kernel on a seat, block after block. */
static void seat_main(void *self)
{
    struct dv_seat *s = self;
    static const uint64_t none[DV_SLOTS];

    for (;;) {
        const struct dv_cce_launch *l = &s->device->launch;
        struct dv_cce_at at = {l->name, l->file, l->line};
        s->kernel(l->ctx);
        uint32_t op = dv_site_find(s->device->sites, s->device->machine, s->device->end, &at);
        s->rests = true;
        if (s->device->asking)
            dv_question_met(s->device->asking, s->device, op);
        uint64_t out;
        dv_native_step(s->device->machine, s->core, op, none, &out);
        leave(s);
    }
}

void dv_dev_start(void *self, unsigned core)
{
    struct dv_cce *d = self;
    struct dv_seat *s = &d->seat[core];
    unsigned kind = dv_native_kind(d->machine, core);

    s->kernel = kind == DV_AIV ? d->launch.aiv : d->launch.aic;
    s->last = DV_NATIVE_FULL;
    if (!s->rests && s->fiber)
        dv_fiber_make(s->fiber, seat_main, s);
    s->rests = false;
    if (d->record)
        dv_record_start(d->record, d, core);
}

void dv_dev_resume(void *self, unsigned core)
{
    struct dv_cce *d = self;
    struct dv_seat *s = &d->seat[core];

    if (!s->fiber) {
        s->fiber = dv_fiber_new();
        if (!s->fiber) {
            dv_native_fault(d->machine, core, DV_NATIVE_FULL, DV_E_MEMORY, NULL,
                            "out of memory for the stack of a core", NULL);
            return;
        }
        dv_fiber_make(s->fiber, seat_main, s);
    }
    dv_dev_seat = s;
    __atomic_store_n(&d->running, s, __ATOMIC_RELEASE);
    dv_fiber_enter(s->fiber);
    __atomic_store_n(&d->running, NULL, __ATOMIC_RELEASE);
    dv_dev_seat = NULL;
}

const char *dv_dev_name(void *self, uint32_t op)
{
    const struct dv_site *t = dv_site(((struct dv_cce *)self)->sites, op);
    return t ? t->at.name : NULL;
}

/* ---- registers ------------------------------------------------------------------------------- */

static bool in_gm(const struct dv_cce *d, uint64_t v)
{
    return v - (uintptr_t)d->gm < d->gm_bytes;
}

static void __attribute__((noreturn))
wrong_pointer(struct dv_seat *s, uint32_t op, unsigned slot, uint64_t v)
{
    const struct dv_site *t = dv_site(s->device->sites, op);
    const char *operand = t->operand[slot] ? t->operand[slot] : "address";
    char text[256], fix[128];

    if (t->holds[slot] == DV_HOLDS_LOCAL) {
        snprintf(text, sizeof text, "%s of %s is a pointer into GM, it must be an offset in %s",
                 operand, t->at.name, dv_spaces[t->space[slot]].name);
        snprintf(fix, sizeof fix, "copy the data to %s first", dv_spaces[t->space[slot]].name);
    } else {
        snprintf(text, sizeof text, "%s of %s is 0x%llx, %s; it must point into GM of this device",
                 operand, t->at.name, (unsigned long long)v,
                 v < 1u << 24 ? "which looks like an offset in a local memory"
                              : "a pointer to memory of the host");
        snprintf(fix, sizeof fix, "allocate it with dv_cce_malloc");
    }
    dv_dev_die(s, op, DV_E_BOUNDS, operand, text, fix);
}

/* Host pointers into GM become its addresses. */
static void registers(struct dv_seat *s, uint32_t op, const struct dv_site *t, uint64_t x[DV_SLOTS])
{
    const struct dv_cce *d = s->device;

    for (unsigned i = 0; i < DV_SLOTS; i++) {
        bool gm = in_gm(d, x[i]);
        if (t->holds[i] == DV_HOLDS_VALUE)
            continue;
        if (t->holds[i] == DV_HOLDS_LOCAL ? gm : t->holds[i] == DV_HOLDS_GM && !gm)
            wrong_pointer(s, op, i, x[i]);
        if (gm)
            x[i] = x[i] - (uintptr_t)d->gm + DV_GM_BASE;
    }
}

/* ---- calls of kernels ------------------------------------------------------------------------ */

static struct dv_seat *seat_of(const struct dv_cce_at *at)
{
    struct dv_seat *s = dv_dev_seat;

    if (s)
        return s;
    fflush(stdout);
    fprintf(stderr,
            "dv: error: %s:%d: %s is called outside a kernel: only functions that dv_cce_launch "
            "runs have a core\n",
            at->file, at->line, at->name);
    exit(3);
}

static uint32_t op_of(struct dv_seat *s, uint32_t word, const struct dv_cce_at *at)
{
    uint32_t op = dv_site_find(s->device->sites, s->device->machine, word, at);

    if (op == DV_NATIVE_FULL)
        dv_dev_die(s, 0, DV_E_LIMIT, NULL,
                   "more than 131072 different instructions and places in kernels",
                   "open another device");
    return op;
}

uint64_t dv_cce_issue(uint32_t word, uint64_t xd, uint64_t xn, uint64_t xm, uint64_t xt,
                      const struct dv_cce_at *at)
{
    struct dv_seat *s = seat_of(at);
    uint32_t op = op_of(s, word, at);
    const struct dv_site *t = dv_site(s->device->sites, op);
    uint64_t x[DV_SLOTS] = {xd, xn, xm, xt};

    if (s->device->trace && !t->returns)
        dv_dev_trace(s, op, x);
    registers(s, op, t, x);
    if (t->ends)
        dv_dev_die(s, op, DV_E_ILLEGAL, NULL, "a kernel ends by returning", NULL);
    if (s->device->record)
        dv_record_issue(s->device->record, s, op, x);
    if (s->device->asking)
        dv_question_met(s->device->asking, s->device, op);
    uint64_t out = step(s, op, x);
    if (!t->returns)
        return 0;
    if (s->device->trace)
        dv_dev_trace(s, op, (uint64_t[DV_SLOTS]){out, xn, xm, xt});
    return out;
}

void dv_cce_unfit(const char *parameter, int64_t value, int64_t least, int64_t most,
                  const struct dv_cce_at *at)
{
    struct dv_seat *s = seat_of(at);
    char text[256];

    snprintf(text, sizeof text, "%s of %s is %lld, it must be %lld to %lld", parameter, at->name,
             (long long)value, (long long)least, (long long)most);
    dv_dev_die(s, op_of(s, s->device->nop, at), DV_E_RANGE, parameter, text, NULL);
}

void dv_cce_thrown(const char *what)
{
    struct dv_seat *s = dv_dev_seat;
    char text[512];

    if (!s)
        abort();
    const struct dv_site *t = dv_site(s->device->sites, s->last);
    snprintf(text, sizeof text, "kernel %s throws %s, which nothing in it catches, %s%s",
             s->device->launch.name, what, t ? "after " : "before its first intrinsic",
             t ? t->at.name : "");
    dv_dev_die(s, dv_dev_place(s), DV_E_ILLEGAL, NULL, text, "catch it in the kernel");
}

int dv_cce_here(void)
{
    const struct dv_seat *s = dv_dev_seat;
    return s ? (int)dv_native_kind(s->device->machine, s->core) : -1;
}

/* ---- accessors ------------------------------------------------------------------------------- */

enum { UB_WINDOW = 0x80000 }; /* of the local window (isa.md 4.4) */

static bool word_of(const char *name, const char *type, uint32_t *word)
{
    struct dv_op op;

    for (unsigned i = 0; i < dv_insn_count; i++) {
        const struct dv_insn *in = &dv_insns[i];
        if (strcmp(in->name, name))
            continue;
        dv_op_init(&op, in);
        for (unsigned t = 0; t < in->types; t++)
            if (type && !strcmp(dv_types[in->type[t].type].name, type))
                op.type = in->type[t].type;
        op.x[DV_XD] = 1;
        op.x[DV_XN] = 2;
        return dv_isa_encode(&op, word, NULL) == DV_OK;
    }
    return false;
}

bool dv_dev_words(struct dv_cce *d)
{
    static const char *const type[4] = {"b8", "b16", "b32", "b64"};
    bool found = word_of("end", NULL, &d->end) && word_of("nop", NULL, &d->nop);

    for (unsigned i = 0; i < 4; i++)
        found = found && word_of("ld", type[i], &d->local[0][i]) &&
                word_of("st", type[i], &d->local[1][i]);
    return found;
}

static uint64_t local(uint64_t offset, unsigned bytes, uint64_t value, bool store,
                      const struct dv_cce_at *at)
{
    struct dv_seat *s = seat_of(at);
    unsigned i = bytes == 1 ? 0 : bytes == 2 ? 1 : bytes == 4 ? 2 : 3;
    uint64_t address = DV_SYS_VA_BASE + UB_WINDOW + offset;

    if (offset >= UB_WINDOW) {
        char text[128];
        snprintf(text, sizeof text, "%s at 0x%llx, which is no offset in ub", at->name,
                 (unsigned long long)offset);
        dv_dev_die(s, op_of(s, s->device->local[store][i], at), DV_E_BOUNDS, NULL, text, NULL);
    }
    return dv_cce_issue(s->device->local[store][i], value, address, 0, 0, at);
}

uint64_t dv_cce_local_load(uint64_t offset, unsigned bytes, const struct dv_cce_at *at)
{
    return local(offset, bytes, 0, false, at);
}

void dv_cce_local_store(uint64_t offset, unsigned bytes, uint64_t value, const struct dv_cce_at *at)
{
    local(offset, bytes, value, true, at);
}
