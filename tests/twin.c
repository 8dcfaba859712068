/* One launch in several ways: see twin.h. */
#include "tests/twin.h"

/* ---- a machine as text ----------------------------------------------------------------------- */

struct text {
    char *p;
    size_t n, size;
};

static void put(struct text *t, const char *name, unsigned a, unsigned b, uint64_t v)
{
    if (!v)
        return;
    if (t->size - t->n < 128)
        cr_assert_not_null(t->p = realloc(t->p, t->size = 2 * t->size + 4096));
    t->n += (size_t)snprintf(t->p + t->n, 128, "%.40s %u %u = %llu\n", name, a, b,
                             (unsigned long long)v);
}

static void put_string(struct text *t, const char *name, const char *s)
{
    size_t n = strlen(s) + 64;

    if (t->size - t->n < n)
        cr_assert_not_null(t->p = realloc(t->p, t->size = 2 * t->size + n));
    t->n += (size_t)snprintf(t->p + t->n, n, "%.40s \"%s\"\n", name, s);
}

static void put_place(struct text *t, const char *which, const struct dv_place *p)
{
    put_string(t, "place", which);
    put(t, "core", 0, 0, (uint64_t)p->core);
    put(t, "block", 0, 0, (uint64_t)p->block);
    put(t, "pipe", 0, 0, (uint64_t)p->pipe);
    put(t, "has", p->has_address, p->has_cycle, p->has_pc);
    put(t, "pc", 0, 0, p->pc);
    put(t, "line", 0, 0, (uint64_t)p->line);
    put(t, "column", 0, 0, (uint64_t)p->col);
    put(t, "address", 0, 0, p->address);
    put(t, "bytes", 0, 0, p->bytes);
    put(t, "cycle", 0, 0, p->cycle);
    put_string(t, "file", p->file);
    put_string(t, "insn", p->insn);
    put_string(t, "operand", p->operand);
    put_string(t, "buffer", p->buffer);
    put_string(t, "mark", p->mark);
    put_string(t, "space", p->space);
}

static void put_core(struct text *t, unsigned i, const struct dv_core_stats *s)
{
    put(t, "core.kind", i, 0, s->kind);
    put(t, "core.blocks", i, 0, s->blocks);
    put(t, "core.first", i, 0, s->first);
    put(t, "core.last", i, 0, s->last);
    put(t, "core.macs", i, 0, s->macs);
    put(t, "core.instructions", i, 0, s->instructions);
    put(t, "core.allowed", i, 0, s->allowed);
    for (unsigned b = 0; b < DV_BLAMES; b++)
        put(t, dv_blame_names[b], i, b, s->blame.by[b]);
    for (unsigned p = 0; p < DV_PATHS; p++)
        put(t, "path", i, p, s->path_bytes[p]);
    for (unsigned p = 0; p < DV_PIPE_COUNT; p++) {
        char name[48];
        snprintf(name, sizeof name, "pipe.%s busy", dv_pipe_names[p]);
        put(t, name, i, p, s->pipe[p].busy);
        snprintf(name, sizeof name, "pipe.%s instructions", dv_pipe_names[p]);
        put(t, name, i, p, s->pipe[p].instructions);
        for (unsigned r = 0; r < DV_REASONS; r++) {
            snprintf(name, sizeof name, "pipe.%s stall %s", dv_pipe_names[p], dv_reason_names[r]);
            put(t, name, i, p, s->pipe[p].stall[r]);
        }
    }
}

static void put_fault(struct text *t, const struct dv_machine *m)
{
    put_string(t, "fault", dv_err_name(m->fault));
    put_string(t, "text", m->diag.text);
    put_string(t, "fix", m->diag.fix);
    put_place(t, "at", &m->diag.at);
    if (m->diag.has_other)
        put_place(t, "other", &m->diag.other);
}

char *twin_text(const struct dv_machine *m)
{
    struct text t = {0};

    put(&t, "ended", 0, 0, 1 + m->st->ended);
    if (m->fault) { /* queues are ahead of S by as much as a window */
        put_fault(&t, m);
        return t.p;
    }
    put(&t, "cycles", 0, 0, dv_machine_cycles(m));
    for (unsigned i = 0; i < dv_machine_cores(m); i++)
        put_core(&t, i, dv_machine_core(m, i));
    return t.p;
}

/* The first lines of one text that the other does not have. */
static size_t diff_side(char *out, size_t size, char sign, const char *p, const char *other)
{
    size_t n, used = 0;

    for (unsigned shown = 0; *p && shown < 10; p += n) {
        char line[192];
        n = strcspn(p, "\n") + 1;
        snprintf(line, sizeof line, "%.*s", (int)(n < sizeof line ? n : sizeof line - 1), p);
        if (strstr(other, line) || used + sizeof line + 4 > size)
            continue;
        used += (size_t)snprintf(out + used, size - used, "\n%c %.*s", sign,
                                 (int)strcspn(line, "\n"), line);
        shown++;
    }
    return used;
}

const char *twin_diff(const char *a, const char *b)
{
    static char out[6000];
    size_t n;

    out[0] = 0;
    if (!strcmp(a, b))
        return out;
    n = diff_side(out, sizeof out / 2, '-', a, b);
    n += diff_side(out + n, sizeof out - n, '+', b, a);
    return n ? out : "the order of lines";
}

/* ---- runs ------------------------------------------------------------------------------------ */

static void prepare(struct dv_run *r, const struct twin *t, const struct dv_obj *obj,
                    const struct twin_way *w, const char **arg, size_t args)
{
    /* A few cores are enough for a text, and sooner made. */
    struct dv_run_set set[] = {{"aic", "2"}, {"aiv", "4"}, {t->set, t->to}};
    unsigned skip = strchr(t->source, '\n') ? 0 : 2;
    struct dv_run_opts o = {.chip = t->chip,
                            .arg = arg,
                            .args = args,
                            .set = set + skip,
                            .sets = (t->set ? 3 : 2) - skip,
                            .blocks = t->blocks,
                            .data_off = !w->data,
                            .no_replay = w->no_replay,
                            .max_cycles = t->max_cycles,
                            .probe = true};
    struct dv_diag d;

    dv_diag_init(&d);
    cr_assert_eq(dv_run_prepare(r, &o, obj, 1, &d), DV_OK, "%s: %s", t->name, d.text);
}

/* The state of one machine into another. */
static void hand_over(const struct twin *t, const struct dv_machine *from, struct dv_machine *to)
{
    size_t n = dv_machine_save_size(from);
    void *image = malloc(n);
    struct dv_diag d;

    dv_diag_init(&d);
    cr_assert_not_null(image);
    dv_machine_save(from, image);
    cr_assert_eq(dv_machine_restore(to, image, n, &d), DV_OK, "%s: %s", t->name, d.text);
    free(image);
}

static void step_until(struct dv_machine *m, uint64_t step, uint64_t until, bool *ended)
{
    for (uint64_t at = step; !m->fault && !*ended && at <= until; at += step)
        dv_machine_step(m, at * DV_CYCLE, ended, NULL);
}

static uint64_t items_of(const struct dv_machine *m)
{
    uint64_t n = 0;

    for (unsigned i = 0; i < m->st->cores; i++)
        for (unsigned q = 0; q < DV_QUEUES; q++)
            n += m->st->core[i].ring[q].tail;
    return n;
}

char *twin_run(const struct twin *t, const struct dv_obj *obj, const struct twin_way *w,
               uint64_t *items)
{
    const char *arg[16];
    char store[256];
    size_t args = launch_args(store, sizeof store, t->args ? t->args : "", arg, 16);
    struct dv_run r = {0}, other = {0};
    struct dv_machine *m;
    bool ended = false;

    prepare(&r, t, obj, w, arg, args);
    m = r.machine;
    if (w->save_at) {
        step_until(m, w->save_at, w->save_at, &ended);
        prepare(&other, t, obj, w, arg, args);
        hand_over(t, m, other.machine);
        m = other.machine;
    }
    if (w->step)
        step_until(m, w->step, UINT64_MAX / DV_CYCLE / 2, &ended);
    else if (!ended && !m->fault)
        dv_machine_run(m, NULL);
    if (items)
        *items = items_of(m);
    char *text = twin_text(m);
    dv_run_free(&r);
    if (w->save_at)
        dv_run_free(&other);
    return text;
}
