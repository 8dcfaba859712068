/* pipes.vcd: for every pipe whether it works, waits and on what, and how often each flag is raised.
 * Owns the value-change dump: changes of all cores in order of time, in femtoseconds. */
#include "emu/prof/ecosystem/ecosystem.h"
#include "emu/prof/ecosystem/timeline.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { BUSY, WAIT, PC, NOW, OF_PIPE }; /* variables of a pipe */

/* Of a pipe: that it works or waits, or no longer; of a flag: raised, taken. */
enum { OFF, ON, RAISED = 0, TAKEN };
enum { FLAG = 1 << 20 };

/* Changes at one time; compared by signal, then OFF before ON, RAISED before TAKEN. */
struct change {
    uint64_t signal;    /* core << 32 | (FLAG | flag) or pipe */
    uint64_t how, what; /* what: of ON pc << 8 | owner */
};

/* A pipe of a core being read: its changes come in order of time. */
struct lane {
    struct dv_spool_place place;
    struct dv_stretch next;
    uint64_t left;
    dv_time off; /* the end of the last span, when `on` */
    uint16_t core;
    uint8_t pipe;
    bool on, more;
};

struct core {
    uint8_t raised[DV_FLAG_KEYS];
    uint8_t shown[DV_PIPE_COUNT]; /* last values of a pipe */
};

struct vcd {
    struct dv_timeline *line;
    const struct dv_timeline_core *of; /* by core */
    struct core *core;
    unsigned cores;
    const struct dv_prof_run *run;
    struct dv_out *out;
    struct lane *lane, **heap;
    unsigned lanes, in_heap;
    struct dv_bytes now; /* changes at one time */
    uint64_t num, den;   /* femtoseconds = time * num / den */
    uint64_t at;
    bool begun;
};

/* ---- names of variables ---------------------------------------------------------------------- */

/* Identifiers of printable characters. */
static const char *id_text(uint64_t n, char out[16])
{
    unsigned i = 0;
    do
        out[i++] = (char)('!' + n % 94);
    while (n /= 94);
    out[i] = 0;
    return out;
}

static uint64_t pipe_id(unsigned core, unsigned pipe, unsigned var)
{
    return ((uint64_t)core * DV_PIPE_COUNT + pipe) * OF_PIPE + var;
}

static uint64_t flag_id(const struct vcd *v, unsigned core, unsigned key)
{
    return pipe_id(v->cores, 0, 0) + ((uint64_t)core << 14) + key;
}

static void put_var(struct vcd *v, const char *type, unsigned bits, uint64_t id, const char *name)
{
    char text[16];
    dv_out_f(v->out, "$var %s %u %s %s $end\n", type, bits, id_text(id, text), name);
}

static void put_pipe_vars(struct vcd *v, unsigned core, unsigned pipe)
{
    dv_out_f(v->out, "$scope module %s $end\n", dv_pipe_json(pipe));
    put_var(v, "wire", 1, pipe_id(core, pipe, BUSY), "busy");
    put_var(v, "wire", 1, pipe_id(core, pipe, WAIT), "wait");
    put_var(v, "reg", 32, pipe_id(core, pipe, PC), "pc");
    put_var(v, "string", 1, pipe_id(core, pipe, NOW), "now");
    dv_out_text(v->out, "$upscope $end\n");
}

static unsigned next_flag(const struct dv_timeline_core *c, unsigned key)
{
    for (; key < DV_FLAG_KEYS; key++)
        if (c->flag[key / 8] >> key % 8 & 1)
            return key;
    return UINT32_MAX;
}

static void put_flag_vars(struct vcd *v, unsigned core)
{
    const struct dv_timeline_core *c = &v->of[core];
    unsigned key = next_flag(c, 0);
    if (key == UINT32_MAX)
        return;
    dv_out_text(v->out, "$scope module flags $end\n");
    for (; key != UINT32_MAX; key = next_flag(c, key + 1)) {
        char name[64];
        snprintf(name, sizeof name, "%s_to_%s_%u", dv_pipe_json(key >> 10),
                 dv_pipe_json(key >> 6 & 15), key & 63);
        put_var(v, "reg", 8, flag_id(v, core, key), name);
    }
    dv_out_text(v->out, "$upscope $end\n");
}

static void put_head(struct vcd *v)
{
    char name[16];
    dv_out_f(v->out, "$version dv $end\n$comment %.200s on %.60s, %" PRIu64, v->run->kernel->name,
             v->run->chip->name, DV_P(v->run->chip, clock));
    dv_out_text(v->out, " cycles a second $end\n$timescale 1 fs $end\n");
    for (unsigned c = 0; c < v->cores; c++) {
        if (!dv_machine_core(v->run->machine, c)->blocks)
            continue;
        dv_out_f(v->out, "$scope module %s $end\n", dv_core_text(v->run->machine, c, name));
        for (unsigned p = 0; p < DV_PIPE_COUNT; p++)
            if (v->of[c].pipe[p])
                put_pipe_vars(v, c, p);
        put_flag_vars(v, c);
        dv_out_text(v->out, "$upscope $end\n");
    }
    dv_out_text(v->out, "$enddefinitions $end\n");
}

/* ---- changes --------------------------------------------------------------------------------- */

/* Femtoseconds, rounded; times of the run differ by far more. */
static uint64_t femtoseconds(const struct vcd *v, dv_time t)
{
    uint64_t n;
    if (!__builtin_mul_overflow(t, v->num, &n) && n + v->den / 2 >= n)
        return (n + v->den / 2) / v->den;
    return (uint64_t)(((unsigned __int128)t * v->num + v->den / 2) / v->den);
}

static void take_clock(struct vcd *v)
{
    uint64_t a = v->num = 1000000000000000ull, b = v->den = DV_P(v->run->chip, clock) * DV_CYCLE;
    while (b) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    v->num /= a;
    v->den /= a;
}

/* Puts an identifier and ends the line. */
static void put_id(struct vcd *v, char *start, char *p, uint64_t id)
{
    do
        *p++ = (char)('!' + id % 94);
    while (id /= 94);
    *p++ = '\n';
    v->out->n += (uint32_t)(p - start);
}

static void put_bits(struct vcd *v, uint64_t value, uint64_t id)
{
    char *start = dv_out_room(v->out, 128), *p = start;
    unsigned n = value ? 64 - (unsigned)__builtin_clzll(value) : 1;
    *p++ = 'b';
    while (n--)
        *p++ = (char)('0' + (value >> n & 1));
    *p++ = ' ';
    put_id(v, start, p, id);
}

static void put_time(struct vcd *v, dv_time t)
{
    if (v->begun && t == v->at)
        return;
    dv_out_mark(v->out);
    char *start = dv_out_room(v->out, 64), *p = start;
    *p++ = '#';
    p = dv_put_u64(p, femtoseconds(v, t));
    *p++ = '\n';
    v->out->n += (uint32_t)(p - start);
    v->begun = true;
    v->at = t;
}

static void put_now(struct vcd *v, unsigned core, unsigned pipe, const char *text)
{
    char *start = dv_out_room(v->out, 128), *p = start;
    *p++ = 's';
    for (const char *c = text; *c; c++)
        *p++ = *c == ' ' ? '_' : *c;
    *p++ = ' ';
    put_id(v, start, p, pipe_id(core, pipe, NOW));
}

static void put_bit(struct vcd *v, bool on, uint64_t id)
{
    char *start = dv_out_room(v->out, 64), *p = start;
    *p++ = on ? '1' : '0';
    put_id(v, start, p, id);
}

static void put_pipe(struct vcd *v, unsigned core, unsigned pipe, bool on, uint64_t what)
{
    unsigned kind = on ? (unsigned)(what & 0xff) : DV_REASONS + 1;
    uint8_t *shown = &v->core[core].shown[pipe]; /* 1: busy, 2: wait, 4: known */
    uint8_t now = 4 | (kind == DV_SPAN_BUSY) | (kind < DV_REASONS) << 1;
    if ((*shown ^ now) & 5)
        put_bit(v, now & 1, pipe_id(core, pipe, BUSY));
    if ((*shown ^ now) & 6)
        put_bit(v, now >> 1 & 1, pipe_id(core, pipe, WAIT));
    *shown = now;
    if (on)
        put_bits(v, what >> 8, pipe_id(core, pipe, PC));
    put_now(v, core, pipe,
            !on                    ? "-"
            : kind == DV_SPAN_BUSY ? dv_insn_text(v->line, core, what >> 8)
                                   : dv_span_text(kind));
}

static void put_flag(struct vcd *v, unsigned core, unsigned key, bool raised)
{
    uint8_t *n = &v->core[core].raised[key];
    *n = (uint8_t)(raised ? *n + (*n < 255) : *n - (*n > 0));
    put_bits(v, *n, flag_id(v, core, key));
}

static void put_initial(struct vcd *v)
{
    put_time(v, 0);
    dv_out_text(v->out, "$dumpvars\n");
    for (unsigned c = 0; c < v->cores; c++) {
        for (unsigned p = 0; p < DV_PIPE_COUNT; p++)
            if (v->of[c].pipe[p])
                put_pipe(v, c, p, false, 0);
        for (unsigned k = next_flag(&v->of[c], 0); k != UINT32_MAX; k = next_flag(&v->of[c], k + 1))
            put_bits(v, 0, flag_id(v, c, k));
    }
    dv_out_text(v->out, "$end\n");
}

static int by_signal(const void *a, const void *b)
{
    const struct change *x = a, *y = b;
    if (x->signal != y->signal)
        return x->signal < y->signal ? -1 : 1;
    if (x->how != y->how)
        return x->how < y->how ? -1 : 1;
    return x->what < y->what ? -1 : x->what > y->what;
}

/* Mostly there are few, and qsort() takes memory for any. */
static void sort_changes(struct change *c, size_t n)
{
    if (n > 16) {
        qsort(c, n, sizeof *c, by_signal);
        return;
    }
    for (size_t i = 1; i < n; i++) {
        struct change one = c[i];
        size_t at = i;
        for (; at && by_signal(&one, &c[at - 1]) < 0; at--)
            c[at] = c[at - 1];
        c[at] = one;
    }
}

/* What happened at one time. */
static void put_changes(struct vcd *v, dv_time at)
{
    struct change *c = (struct change *)(void *)v->now.p;
    size_t n = v->now.n / sizeof *c;
    sort_changes(c, n);
    for (size_t i = 0; i < n; i++) {
        unsigned core = (unsigned)(c[i].signal >> 32), signal = (uint32_t)c[i].signal;
        if (signal & FLAG) {
            put_time(v, at);
            put_flag(v, core, signal & (FLAG - 1), c[i].how == RAISED);
        } else if (i + 1 == n || c[i].signal != c[i + 1].signal) {
            put_time(v, at); /* an end at the start of the next shows nothing */
            put_pipe(v, core, signal, c[i].how == ON, c[i].what);
        }
    }
    v->now.n = 0;
}

/* ---- lanes ----------------------------------------------------------------------------------- */

/* Where the pieces of every pipe stand: they are sorted by core and pipe. */
static void find_lanes(struct vcd *v)
{
    uint64_t next = 0;
    for (unsigned c = 0; c < v->cores; c++)
        for (unsigned p = 0; p < DV_PIPE_COUNT; p++) {
            uint64_t n = v->of[c].pieces[p];
            if (n)
                v->lane[v->lanes++] = (struct lane){
                    .place.next = next, .left = n, .core = (uint16_t)c, .pipe = (uint8_t)p};
            next += n;
        }
}

/* The next piece; spans that take no time show nothing. */
static void step(struct vcd *v, struct lane *l)
{
    do
        l->more = l->left && l->left-- && dv_timeline_next_at(v->line, &l->place, &l->next);
    while (l->more && l->next.what <= DV_SPAN_BUSY && l->next.end == l->next.start);
}

static dv_time next_of(const struct lane *l)
{
    if (l->on && l->more)
        return l->off < l->next.start ? l->off : l->next.start;
    return l->on ? l->off : l->more ? l->next.start : UINT64_MAX;
}

static void add_change(struct vcd *v, struct change c)
{
    if (!dv_bytes_add(&v->now, &c, sizeof c))
        dv_folder_no_memory(v->run->folder);
}

/* All that happens to a lane at a time. */
static void take(struct vcd *v, struct lane *l, dv_time at)
{
    while (next_of(l) == at && at != UINT64_MAX) {
        const struct dv_stretch *p = &l->next;
        uint64_t core = (uint64_t)l->core << 32;
        if (l->on && l->off == at) {
            add_change(v, (struct change){core | l->pipe, OFF, 0});
            l->on = false;
            continue;
        }
        if (p->what <= DV_SPAN_BUSY) {
            add_change(v, (struct change){core | l->pipe, ON, p->pc << 8 | p->what});
            l->on = true;
            l->off = p->end;
        } else {
            bool set = p->what == DV_MOMENT_SET;
            add_change(v, (struct change){core | FLAG | p->key, set ? RAISED : TAKEN, 0});
        }
        step(v, l);
    }
}

static void sift(struct vcd *v, unsigned i)
{
    for (;;) {
        unsigned least = i;
        for (unsigned k = 2 * i + 1; k <= 2 * i + 2 && k < v->in_heap; k++)
            if (next_of(v->heap[k]) < next_of(v->heap[least]))
                least = k;
        if (least == i)
            return;
        struct lane *swap = v->heap[i];
        v->heap[i] = v->heap[least];
        v->heap[least] = swap;
        i = least;
    }
}

static void put_lanes(struct vcd *v)
{
    for (unsigned i = 0; i < v->lanes; i++) {
        step(v, &v->lane[i]);
        v->heap[v->in_heap++] = &v->lane[i];
    }
    for (unsigned i = v->in_heap / 2; i-- > 0;)
        sift(v, i);
    while (v->in_heap) {
        dv_time at = next_of(v->heap[0]);
        if (at == UINT64_MAX)
            break;
        while (next_of(v->heap[0]) == at) {
            take(v, v->heap[0], at);
            sift(v, 0);
        }
        put_changes(v, at);
    }
}

/* ---- the file -------------------------------------------------------------------------------- */

static void drop(struct vcd *v)
{
    for (unsigned i = 0; i < v->lanes; i++)
        dv_spool_leave(&v->lane[i].place);
    free(v->lane);
    free(v->heap);
    free(v->core);
    free(v->now.p);
}

void dv_vcd_write(struct dv_timeline *t)
{
    struct vcd v = {.line = t, .of = t->core, .run = t->run};
    v.cores = dv_machine_cores(t->run->machine);
    v.core = calloc(v.cores + 1, sizeof *v.core);
    v.lane = calloc((size_t)v.cores * DV_PIPE_COUNT + 1, sizeof *v.lane);
    v.heap = calloc((size_t)v.cores * DV_PIPE_COUNT + 1, sizeof *v.heap);
    if (!v.core || !v.lane || !v.heap) {
        dv_folder_no_memory(t->run->folder);
    } else if (dv_timeline_read(t) && (v.out = dv_out_open(t->run->folder, "pipes.vcd", NULL))) {
        find_lanes(&v);
        take_clock(&v);
        put_head(&v);
        put_initial(&v);
        put_lanes(&v);
        dv_out_close(v.out);
    }
    drop(&v);
}
