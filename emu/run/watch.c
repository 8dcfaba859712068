/* Watched kernels; see watch.h. */
#include "emu/run/watch.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/prof/user_mark.h"
#include "emu/run/run.h"
#include "isa/format.h"

enum { LINE = 1024 };

/* A directive and the instruction it stands before. */
struct spot {
    const struct dv_name *name;
    int region; /* marks */
    struct dv_tensor shape;
    uint64_t dim[DV_DIMS];
    /* what .assert found */
    uint64_t wrong;
    struct dv_place first;
    char why[160];
};

struct dv_watch {
    struct dv_run *r;
    FILE *to;
    struct dv_marks *marks;
    struct spot *spot; /* by pc, then in the order of the source */
    uint32_t spots;
    uint8_t *here; /* a bit an instruction: something stands before it */
    uint32_t words;
    uint64_t lines; /* written */
    int user[DV_USER_MARKS];
    bool has_user;
};

/* Where S stands while a directive is met. */
struct stand {
    const struct dv_watch *w;
    const struct dv_scalar *s;
    unsigned core;
    uint32_t block;
    dv_time now;
};

/* ---- expressions ----------------------------------------------------------------------------- */

static bool is_register(const char *name, size_t n, unsigned *x)
{
    char text[4] = "";
    if (n < 2 || n > 3 || name[0] != 'x')
        return false;
    memcpy(text, name + 1, n - 1);
    if (strspn(text, "0123456789") != n - 1)
        return false;
    *x = (unsigned)strtoul(text, NULL, 10);
    return *x < 32;
}

static enum dv_err look_up(void *ctx, const char *name, size_t n, struct dv_value *out,
                           struct dv_diag *d)
{
    const struct stand *at = ctx;
    struct dv_arg *a = dv_args_find(&at->w->r->args, name, n);
    unsigned x;
    *out = (struct dv_value){0};
    if (is_register(name, n, &x))
        out->i = (int64_t)at->s->x[x];
    else if (a && a->param->elem == DV_EL_F32 && !dv_arg_is_tensor(a)) {
        out->is_float = true;
        out->f = a->f;
    } else if (a)
        out->i = dv_arg_is_tensor(a) ? (int64_t)a->address : a->i;
    else if (n == 7 && !memcmp(name, "blockid", 7))
        out->i = at->block;
    else
        return dv_fail(d, DV_E_SYMBOL, "'%.*s' has no value", n > 60 ? 60 : (int)n, name);
    return DV_OK;
}

/* Takes the next line of expressions off *text; false when it is no expression. */
static bool evaluate(const struct stand *at, const char **text, struct dv_value *v,
                     struct dv_diag *d)
{
    size_t n = strcspn(*text, "\n");
    const char *p = *text;
    *text += n + (p[n] != 0);
    dv_diag_init(d);
    return dv_expr_eval(p, n, look_up, (void *)(uintptr_t)at, v, NULL, d) == DV_OK;
}

static bool is_true(const struct dv_value *v)
{
    return v->is_float ? v->f < 0 || v->f > 0 : v->i != 0;
}

/* ---- text ------------------------------------------------------------------------------------ */

/* False when the run has written enough. */
static bool may_write(struct dv_watch *w)
{
    if (w->lines++ < DV_WATCH_LINES)
        return true;
    if (w->lines == DV_WATCH_LINES + 1)
        fprintf(w->to, "more than %d lines of .print and .dump: the rest is left out\n",
                DV_WATCH_LINES);
    return false;
}

/* Text of the guest: no control characters reach a terminal. */
static void write_line(struct dv_watch *w, const struct stand *at, char *text)
{
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 127)
            *c = '?';
    if (may_write(w))
        fprintf(w->to, "[core %u block %" PRIu32 " cycle %" PRIu64 "] %s\n", at->core, at->block,
                at->now / DV_CYCLE, text);
}

static void print(struct dv_watch *w, const struct spot *s, const struct stand *at)
{
    char text[LINE];
    const char *format = s->name->name, *values = s->name->text ? s->name->text : "";
    struct dv_piece c;
    struct dv_value v;
    struct dv_diag d;
    size_t n = 0;
    if (w->lines > DV_WATCH_LINES)
        return;
    while (n + 1 < sizeof text && dv_format_next(&format, &c)) {
        size_t room = sizeof text - n;
        if (!c.conversion)
            n += (size_t)snprintf(text + n, room, "%.*s", (int)(c.n < room ? c.n : room - 1), c.p);
        else if (evaluate(at, &values, &v, &d))
            n += dv_format_value(&c, &v, text + n, room);
        else
            n += (size_t)snprintf(text + n, room, "(%.60s)", d.text);
        n = n < sizeof text ? n : sizeof text - 1;
    }
    text[n] = '\0';
    write_line(w, at, text);
}

/* ---- .dump ----------------------------------------------------------------------------------- */

/* Bytes of the dump as they are at the time of S; NULL when they lie outside. */
static const void *bytes_of(struct dv_watch *w, const struct spot *s, const struct stand *at,
                            uint64_t address)
{
    uint64_t bytes = (s->shape.elems * dv_elem_bits(s->shape.elem) + 7) / 8;
    dv_machine_settle(w->r->machine, at->core);
    if (s->name->space == DV_SPACE_GM)
        return dv_machine_gm(w->r->machine, address, bytes);
    return dv_machine_local(w->r->machine, at->core, s->name->space, address, bytes);
}

static void dump_rows(struct dv_watch *w, const struct dv_tensor *t)
{
    uint64_t cols = dv_tensor_cols(t);
    for (uint64_t i = 0; i < t->elems; i += cols) {
        if (!may_write(w))
            return;
        fprintf(w->to, "%8" PRIu64 ":", i);
        for (uint64_t j = i; j < i + cols; j++)
            fprintf(w->to, " %.9g", dv_tensor_at(t, j));
        fputc('\n', w->to);
    }
}

static void dump(struct dv_watch *w, const struct spot *s, const struct stand *at)
{
    char text[LINE];
    const char *rest = s->name->text;
    struct dv_value address, cond = {.i = 1};
    struct dv_tensor t = s->shape;
    struct dv_diag d;
    if (w->lines > DV_WATCH_LINES)
        return;
    bool good = evaluate(at, &rest, &address, &d) && !address.is_float;
    rest += strcspn(rest, "\n");
    rest += *rest != 0;
    if (good && *rest && !evaluate(at, &rest, &cond, &d))
        good = false;
    if (good && !is_true(&cond))
        return;
    t.dim = s->dim;
    t.p = good ? bytes_of(w, s, at, (uint64_t)address.i) : NULL;
    bool known = !w->r->opts.data_off;
    int n = snprintf(text, sizeof text, "dump %.200s at %s 0x%" PRIx64, s->name->name,
                     dv_spaces[s->name->space].name, good ? (uint64_t)address.i : 0);
    if (!good)
        snprintf(text + n, sizeof text - (size_t)n, ": %.100s", d.code ? d.text : "no address");
    else if (!t.p || !known)
        snprintf(text + n, sizeof text - (size_t)n, ": %s",
                 known ? "outside that memory" : "no data (--data off)");
    write_line(w, at, text);
    if (t.p && known)
        dump_rows(w, &t);
}

/* TYPE[n,n ..] of a record; bounded like the assembler's. */
static bool read_shape(struct spot *s, const char *text)
{
    enum { MOST = 4096 };
    const char *p = strchr(text, '\n');
    size_t n = p ? strcspn(p + 1, "[\n") : 0;
    if (!p || p[1 + n] != '[')
        return false;
    s->shape.elem = dv_elem_find(p + 1, n);
    s->shape.elems = 1;
    for (p += n + 1; *p == '[' || *p == ',';) {
        char *end;
        uint64_t v = p[1] >= '0' && p[1] <= '9' ? strtoull(p + 1, &end, 10) : 0;
        if (!v || v > MOST || s->shape.dims == DV_DIMS || s->shape.elems * v > MOST)
            return false;
        s->dim[s->shape.dims++] = v;
        s->shape.elems *= v;
        p = end;
    }
    return *p == ']' && dv_elem_bits(s->shape.elem) != 0;
}

/* ---- .assert --------------------------------------------------------------------------------- */

static void assert_holds(struct dv_watch *w, struct spot *s, const struct stand *at)
{
    const char *text = s->name->text;
    struct dv_value v;
    struct dv_diag d;
    bool good = evaluate(at, &text, &v, &d);
    if ((good && is_true(&v)) || s->wrong++)
        return;
    if (!good)
        snprintf(s->why, sizeof s->why, "%.150s", d.text);
    s->first.core = (int)at->core;
    s->first.block = (int)at->block;
    s->first.pipe = DV_PIPE_S;
    s->first.has_cycle = !w->r->opts.time_off;
    s->first.cycle = at->now / DV_CYCLE;
}

/* ---- events ---------------------------------------------------------------------------------- */

static uint32_t first_at(const struct dv_watch *w, uint64_t pc)
{
    uint32_t lo = 0, hi = w->spots;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (w->spot[mid].name->pc < pc)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static void meet(struct dv_watch *w, struct spot *s, const struct stand *at)
{
    switch (s->name->kind) {
    case DV_NAME_MARK:
        (s->name->end ? dv_marks_leave : dv_marks_enter)(w->marks, s->region, at->core, at->now);
        break;
    case DV_NAME_ASSERT:
        assert_holds(w, s, at);
        break;
    case DV_NAME_PRINT:
        print(w, s, at);
        break;
    default:
        dump(w, s, at);
    }
}

/* S is about to execute the instruction at its pc. */
static void arrive(struct dv_watch *w, const struct dv_event *e)
{
    struct stand at = {.w = w, .core = e->core, .block = e->block};
    at.s = dv_machine_scalar(w->r->machine, e->core, &at.now);
    uint64_t pc = at.s->pc - DV_CODE_BASE, i = pc / 4;
    if (pc % 4 || i >= w->words || !(w->here[i / 8] >> (i % 8) & 1))
        return;
    for (uint32_t k = first_at(w, pc); k < w->spots && w->spot[k].name->pc == pc; k++)
        meet(w, &w->spot[k], &at);
}

static void user_mark(struct dv_watch *w, const struct dv_event *e)
{
    char name[24];
    bool ends;
    int n = dv_user_mark_write(e, &ends);
    if (n < 0)
        return;
    if (w->user[n] < 0) {
        snprintf(name, sizeof name, "Mark 0x%u", (unsigned)n);
        w->user[n] = dv_marks_region(w->marks, name);
    }
    if (w->user[n] >= 0)
        (ends ? dv_marks_leave : dv_marks_enter)(w->marks, w->user[n], e->core, e->end);
}

static void hear(void *self, const struct dv_event *e)
{
    struct dv_watch *w = self;
    if (e->kind != DV_EV_SCALAR)
        dv_marks_event(w->marks, e);
    else if (w->has_user)
        user_mark(w, e);
    if (e->kind == DV_EV_SCALAR || (e->kind == DV_EV_BLOCK && !e->end))
        arrive(w, e);
}

/* ---- start ----------------------------------------------------------------------------------- */

static bool is_spot(const struct dv_run *r, const struct dv_name *n)
{
    bool kind = n->kind == DV_NAME_MARK || n->kind == DV_NAME_ASSERT || n->kind == DV_NAME_PRINT ||
                n->kind == DV_NAME_DUMP;
    return kind && dv_name_is_of(n, r->launch.kernel);
}

static int by_pc(const void *a, const void *b)
{
    const struct dv_name *x = ((const struct spot *)a)->name, *y = ((const struct spot *)b)->name;
    if (x->pc != y->pc)
        return x->pc < y->pc ? -1 : 1;
    return x < y ? -1 : x > y;
}

static bool has_user_marks(const struct dv_obj *obj)
{
    const struct dv_bytes *text = &obj->section[DV_TEXT];
    for (size_t i = 0; i + 4 <= text->n; i += 4) {
        uint32_t word;
        struct dv_op op;
        memcpy(&word, text->p + i, 4);
        if (dv_isa_decode(word, obj->kinds, &op, NULL, NULL) == DV_OK && dv_user_mark_may(&op))
            return true;
    }
    return false;
}

static enum dv_err take_spot(struct dv_watch *w, const struct dv_name *n, struct dv_diag *d)
{
    struct spot *s = &w->spot[w->spots++];
    struct dv_diag place;
    dv_diag_init(&place);
    s->name = n;
    s->first = place.at;
    if (n->kind == DV_NAME_MARK && (s->region = dv_marks_region(w->marks, n->name)) < 0)
        return dv_fail(d, DV_E_OBJECT, "the kernel has more than %d regions", DV_MARKS_MAX);
    if ((n->kind == DV_NAME_ASSERT && !n->text) ||
        (n->kind == DV_NAME_DUMP && (!n->text || !read_shape(s, n->text))))
        return dv_fail(d, DV_E_OBJECT, "the record of .%s '%.40s' is malformed",
                       n->kind == DV_NAME_DUMP ? "dump" : "assert", n->name);
    uint64_t i = n->pc / 4;
    if (n->pc % 4 == 0 && i < w->words)
        w->here[i / 8] |= (uint8_t)(1u << i % 8);
    return DV_OK;
}

static enum dv_err take_spots(struct dv_watch *w, uint32_t n, struct dv_diag *d)
{
    const struct dv_obj *obj = w->r->obj;
    enum dv_err e = DV_OK;
    w->words = (uint32_t)(obj->section[DV_TEXT].n / 4);
    w->here = calloc(w->words / 8 + 1, 1);
    w->spot = calloc(n + 1ull, sizeof *w->spot);
    w->marks = dv_marks_new(dv_machine_cores(w->r->machine));
    if (!w->here || !w->spot || !w->marks)
        return dv_fail(d, DV_E_MEMORY, "out of memory for what the kernel watches");
    for (uint32_t i = 0; !e && i < obj->names; i++)
        if (is_spot(w->r, &obj->name[i]))
            e = take_spot(w, &obj->name[i], d);
    qsort(w->spot, w->spots, sizeof *w->spot, by_pc);
    for (unsigned i = 0; i < DV_USER_MARKS; i++)
        w->user[i] = -1;
    return e;
}

enum dv_err dv_watch_start(struct dv_run *r, struct dv_diag *d)
{
    uint32_t n = 0;
    bool user = has_user_marks(r->obj);
    for (uint32_t i = 0; i < r->obj->names; i++)
        n += is_spot(r, &r->obj->name[i]);
    if (!n && !user)
        return DV_OK;
    struct dv_watch *w = r->watch = calloc(1, sizeof *w);
    if (!w)
        return dv_fail(d, DV_E_MEMORY, "out of memory for what the kernel watches");
    w->r = r;
    w->to = r->opts.notes ? r->opts.notes : stderr;
    w->has_user = user;
    enum dv_err e = take_spots(w, n, d);
    struct dv_mark_sum any;
    struct dv_listener l = {w, hear, 1u << DV_EV_SCALAR | 1u << DV_EV_BLOCK};
    if (user || (!e && dv_marks_sum(w->marks, 0, &any)))
        l.kinds |= 1u << DV_EV_ISSUE | 1u << DV_EV_RETIRE;
    if (!e)
        dv_machine_listen(r->machine, &l);
    return e;
}

void dv_watch_free(struct dv_watch *w)
{
    if (!w)
        return;
    dv_marks_free(w->marks);
    free(w->spot);
    free(w->here);
    free(w);
}

/* ---- findings -------------------------------------------------------------------------------- */

/* The record to fill, NULL when the finding is allowed or there is no room. */
static struct dv_finding *finding(struct dv_run *r, const struct dv_name *n, const char *code)
{
    if (dv_obj_allows(r->obj, n->pc, code)) {
        r->result.allowed++;
        return NULL;
    }
    if (r->result.findings >= DV_RUN_FINDINGS - DV_RUN_VERIFIES)
        return NULL;
    struct dv_finding *f = &r->result.finding[r->result.findings++];
    dv_diag_init(&f->d);
    f->severity = "error";
    snprintf(f->code, sizeof f->code, "%s", code);
    return f;
}

static void place_name(const struct dv_run *r, const struct dv_name *n, struct dv_place *p)
{
    const char *mark = dv_obj_mark_at(r->obj, n->pc);
    snprintf(p->file, sizeof p->file, "%s", n->file ? n->file : "");
    p->line = (int)n->line;
    p->has_pc = true;
    p->pc = n->pc;
    if (mark)
        snprintf(p->mark, sizeof p->mark, "%s", mark);
}

static void report_assert(struct dv_run *r, const struct spot *s)
{
    char times[48] = "";
    struct dv_finding *f = finding(r, s->name, "ASSERT");
    if (!f)
        return;
    if (s->wrong > 1)
        snprintf(times, sizeof times, "; %" PRIu64 " times, first here", s->wrong);
    snprintf(f->d.text, sizeof f->d.text, "%.300s: %.200s is %s%s%s", s->name->name, s->name->text,
             s->why[0] ? "not known: " : "false", s->why, times);
    f->d.at = s->first;
    place_name(r, s->name, &f->d.at);
}

static void expect(struct dv_run *r, const struct dv_name *n)
{
    struct dv_mark_sum m;
    unsigned i = 0;
    while (dv_watch_mark(r, i, &m) && strcmp(m.name, n->name))
        i++;
    if (!dv_watch_mark(r, i, &m))
        m = (struct dv_mark_sum){.name = n->name};
    uint64_t cycles = (m.cycles + DV_CYCLE - 1) / DV_CYCLE;
    if (m.visits && cycles >= n->address && cycles <= n->bytes)
        return;
    struct dv_finding *f = finding(r, n, "CYCLES");
    if (!f)
        return;
    if (m.visits)
        snprintf(f->d.text, sizeof f->d.text,
                 "region '%.60s' took %" PRIu64 " cycles, expected %" PRIu64 " to %" PRIu64,
                 n->name, cycles, n->address, n->bytes);
    else
        snprintf(f->d.text, sizeof f->d.text,
                 "region '%.60s' was never entered, expected %" PRIu64 " to %" PRIu64 " cycles",
                 n->name, n->address, n->bytes);
    place_name(r, n, &f->d.at);
}

static void expect_all(struct dv_run *r)
{
    for (uint32_t i = 0; i < r->obj->names; i++) {
        const struct dv_name *n = &r->obj->name[i];
        if (n->kind == DV_NAME_EXPECT && dv_name_is_of(n, r->launch.kernel))
            expect(r, n);
    }
}

void dv_watch_finish(struct dv_run *r)
{
    for (unsigned i = 0; i < dv_machine_cores(r->machine); i++)
        r->result.allowed += dv_machine_core(r->machine, i)->allowed;
    for (uint32_t i = 0; r->watch && i < r->watch->spots; i++)
        if (r->watch->spot[i].wrong)
            report_assert(r, &r->watch->spot[i]);
    if (r->result.ended && !r->opts.time_off)
        expect_all(r);
}

bool dv_watch_mark(const struct dv_run *r, unsigned i, struct dv_mark_sum *out)
{
    return r->watch && r->watch->marks && dv_marks_sum(r->watch->marks, i, out);
}
