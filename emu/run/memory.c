/* Memory systems of others, and traces. Owns the shared object, the file and the order of its
 * lines; must not know how the machine uses grants. */
#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emu/run/memory.h"

enum { ACCESS = 64, FLUSH = 4096 };

struct waiting {
    struct dv_mem_request r;
    uint64_t number; /* in the order of asking */
};

/* Requests of a port under way, for the rules of a plug-in's grants. */
struct port {
    uint32_t asked, done;
    dv_time now[DV_MEM_UNDER_WAY], granted;
};

struct dv_memory {
    struct dv_mem_backend inner;
    char name[64];
    void *library; /* NULL = our own memory system */
    uint32_t cores;
    struct port *port;
    char broken[160]; /* the first rule that was broken */
    /* The trace. */
    FILE *to;
    char file[4096];
    enum dv_trace_format format;
    int failed;                /* errno of the first write that did */
    uint32_t launch, launches; /* traced; begun so far */
    struct waiting *wait;
    size_t waits, cap, kept;
    uint64_t number;
};

/* ---- the trace ------------------------------------------------------------------------------- */

static void access_lines(struct dv_memory *t, const struct dv_mem_request *r, uint64_t at,
                         uint64_t bytes)
{
    bool read = r->op == DV_MEM_READ;

    if (t->format == DV_TRACE_CSV) {
        fprintf(t->to, "%" PRIu64 ",%u,%c,0x%" PRIx64 ",%" PRIu64 "\n", r->now / DV_CYCLE, r->core,
                read ? 'R' : 'W', at, bytes);
        return;
    }
    for (uint64_t a = at / ACCESS * ACCESS; a < at + bytes; a += ACCESS)
        if (t->format == DV_TRACE_RAMULATOR)
            fprintf(t->to, "0x%" PRIx64 " %c\n", a, read ? 'R' : 'W');
        else
            fprintf(t->to, "0x%" PRIX64 " %s %" PRIu64 "\n", a, read ? "READ" : "WRITE",
                    r->now / DV_CYCLE);
}

/* Row by row; rows that follow each other are one. */
static void request_lines(struct dv_memory *t, const struct dv_mem_request *r)
{
    const struct dv_mem_shape *s = &r->gm;
    bool whole = s->pitch == (int64_t)s->bytes;

    for (uint32_t m = 0; m < s->mats && s->bytes; m++) {
        uint64_t at = s->base + (uint64_t)m * (uint64_t)s->mat_pitch;
        if (whole && s->rows)
            access_lines(t, r, at, (uint64_t)s->rows * s->bytes);
        for (uint32_t i = 0; i < s->rows && !whole; i++, at += (uint64_t)s->pitch)
            access_lines(t, r, at, s->bytes);
    }
}

static int by_time(const void *a, const void *b)
{
    const struct waiting *x = a, *y = b;

    if (x->r.now != y->r.now)
        return x->r.now < y->r.now ? -1 : 1;
    if (x->r.port != y->r.port)
        return x->r.port < y->r.port ? -1 : 1;
    return x->number < y->number ? -1 : x->number > y->number;
}

/* Nothing more is asked for before `until`. */
static void write_until(struct dv_memory *t, dv_time until)
{
    size_t n = 0;

    qsort(t->wait, t->waits, sizeof *t->wait, by_time);
    for (; n < t->waits && t->wait[n].r.now < until; n++)
        if (!t->failed)
            request_lines(t, &t->wait[n].r);
    if (ferror(t->to) && !t->failed)
        t->failed = errno ? errno : EIO;
    memmove(t->wait, t->wait + n, (t->waits - n) * sizeof *t->wait);
    t->waits = t->kept = t->waits - n;
}

static void note(struct dv_memory *t, const struct dv_mem_request *r)
{
    if (!t->to || t->launches != t->launch)
        return;
    if (t->waits == t->cap) {
        size_t cap = t->cap ? 2 * t->cap : FLUSH;
        struct waiting *w = realloc(t->wait, cap * sizeof *w);
        if (!w) {
            t->failed = ENOMEM;
            return;
        }
        t->wait = w;
        t->cap = cap;
    }
    t->wait[t->waits++] = (struct waiting){*r, t->number++};
}

static void come_to(struct dv_memory *t, dv_time now)
{
    if (t->to && t->waits > 2 * t->kept + FLUSH / 2)
        write_until(t, now);
}

/* ---- between machine and memory system ------------------------------------------------------- */

static void begin(void *self, const struct dv_mem_launch *l)
{
    struct dv_memory *t = self;

    if (t->waits)
        write_until(t, UINT64_MAX);
    t->launches++;
    memset(t->port, 0, t->cores * DV_MEM_PORTS * sizeof *t->port);
    if (t->inner.begin)
        t->inner.begin(t->inner.self, l);
}

static void rule(struct dv_memory *t, bool kept, uint32_t port, const char *what)
{
    if (!kept && !t->broken[0])
        snprintf(t->broken, sizeof t->broken, "port %u: %s", port, what);
}

/* A grant of a request made at `now`, such that the machine can work with it. */
static void judge(struct dv_memory *t, uint32_t port, dv_time now, struct dv_mem_grant *g)
{
    struct port *p = &t->port[port];
    dv_time least = now > p->granted ? now : p->granted;

    rule(t, g->began >= least, port, "data moves before its request or the grant before it");
    rule(t, g->grant >= g->began && g->done >= g->grant, port,
         "a grant does not have began <= grant <= done");
    rule(t, g->by_latency < DV_NUMBERS && g->by_work < DV_NUMBERS, port,
         "by_latency and by_work are none of the request's");
    rule(t, g->shared <= g->grant - g->began && g->by_shared < DV_NUMBERS, port,
         "shared is more than began..grant, or by_shared no number of the chip");
    g->began = g->began < least ? least : g->began;
    g->grant = g->grant < g->began ? g->began : g->grant;
    g->done = g->done < g->grant ? g->grant : g->done;
    g->by_latency = g->by_latency < DV_NUMBERS ? g->by_latency : 0;
    g->by_work = g->by_work < DV_NUMBERS ? g->by_work : 0;
    g->shared = g->shared > g->grant - g->began ? g->grant - g->began : g->shared;
    g->by_shared = g->by_shared < DV_NUMBERS ? g->by_shared : 0;
    p->granted = g->grant;
}

static bool request(void *self, const struct dv_mem_request *r, struct dv_mem_grant *g)
{
    struct dv_memory *t = self;
    struct port *p = &t->port[r->port];

    note(t, r);
    if (t->inner.request(t->inner.self, r, g)) {
        rule(t, p->asked == p->done, r->port, "granted at once behind one that is under way");
        if (t->library)
            judge(t, r->port, r->now, g);
        return true;
    }
    p->now[p->asked++ % DV_MEM_UNDER_WAY] = r->now;
    return false;
}

static bool advance(void *self, dv_time until, uint32_t *port, struct dv_mem_grant *g)
{
    struct dv_memory *t = self;

    while (t->inner.advance && t->inner.advance(t->inner.self, until, port, g)) {
        struct port *p = *port < t->cores * DV_MEM_PORTS ? &t->port[*port] : NULL;
        if (!p || p->asked == p->done) {
            rule(t, false, *port, "completed what nobody asked for");
            return false;
        }
        dv_time asked = p->now[p->done++ % DV_MEM_UNDER_WAY];
        if (t->library)
            judge(t, *port, asked, g);
        come_to(t, g->done < until ? g->done : until);
        return true;
    }
    come_to(t, until);
    return false;
}

static size_t size(void *self)
{
    struct dv_memory *t = self;
    return t->inner.size ? t->inner.size(t->inner.self) : 0;
}

static void save(void *self, void *out)
{
    struct dv_memory *t = self;
    if (t->inner.save)
        t->inner.save(t->inner.self, out);
}

/* Who waits for what is not in the image. */
static bool accept(void *self, const void *in, size_t bytes)
{
    (void)self, (void)in, (void)bytes;
    return false;
}

static void restore(void *self, const void *in)
{
    (void)self, (void)in;
}

/* ---- attaching ------------------------------------------------------------------------------- */

static uint32_t cores_of(const struct dv_chip *c)
{
    return (uint32_t)(DV_P(c, aic) + DV_P(c, aiv) + DV_P(c, merged));
}

/* A name with a slash is a path; a bare one would be looked for in the library directories. */
static void *library_open(const char *path)
{
    char here[4096];

    snprintf(here, sizeof here, "%s%s", strchr(path, '/') ? "" : "./", path);
    return dlopen(here, RTLD_NOW | RTLD_LOCAL);
}

static enum dv_err plug_in(struct dv_memory *t, const struct dv_chip *c, const char *path,
                           struct dv_diag *d)
{
    struct dv_mem_facts f = {.chip = c->name,
                             .clock = DV_P(c, clock),
                             .cores = t->cores,
                             .gm_base = DV_GM_BASE,
                             .l2_bytes = DV_P(c, l2_bytes),
                             .l2_rate = DV_P(c, l2_rate),
                             .memory_rate = DV_P(c, mem_rate)};
    t->library = library_open(path);
    if (!t->library)
        return dv_fail(d, DV_E_CONFIG, "--mem %.200s: %.300s", path, dlerror());
    const struct dv_mem_plugin *p = dlsym(t->library, "dv_mem_plugin");
    if (!p)
        return dv_fail(d, DV_E_CONFIG, "--mem %.200s: it exports no dv_mem_plugin (dv/mem.h)",
                       path);
    if (p->abi != DV_MEM_ABI) {
        enum dv_err e =
            dv_fail(d, DV_E_CONFIG, "--mem %.200s: it is built for interface %u, this dv has %u",
                    path, p->abi, DV_MEM_ABI);
        dv_diag_fix(d, "build it again with the dv/mem.h of this version");
        return e;
    }
    if (!p->name || !*p->name || !p->make || !p->make(&f, &t->inner))
        return dv_fail(d, DV_E_CONFIG, "--mem %.200s: it cannot work on chip %s", path, c->name);
    snprintf(t->name, sizeof t->name, "%s", p->name);
    return t->inner.request ? DV_OK
                            : dv_fail(d, DV_E_CONFIG, "--mem %.200s: it has no request()", path);
}

/* FILE[:FORMAT]. */
static enum dv_err trace_open(struct dv_memory *t, const char *text, struct dv_diag *d)
{
    static const char *const formats[] = {"csv", "ramulator", "dramsim3"};
    const char *colon = strrchr(text, ':');
    unsigned i = 0;

    if (colon && strchr(colon, '/'))
        colon = NULL;
    for (; colon && i < 3 && strcmp(colon + 1, formats[i]); i++)
        ;
    if (i == 3)
        return dv_fail(d, DV_E_CONFIG,
                       "--mem-trace %.200s: no format '%.40s': csv, ramulator or dramsim3", text,
                       colon + 1);
    t->format = (enum dv_trace_format)i;
    snprintf(t->file, sizeof t->file, "%.*s", colon ? (int)(colon - text) : 4000, text);
    t->to = fopen(t->file, "w");
    if (!t->to)
        return dv_fail(d, DV_E_IO, "cannot write '%.200s': %s", t->file, strerror(errno));
    if (t->format == DV_TRACE_CSV)
        fputs("cycle,core,op,address,bytes\n", t->to);
    return DV_OK;
}

enum dv_err dv_memory_attach(struct dv_memory **out, struct dv_machine *m, const char *plugin,
                             const char *trace, uint32_t launch, struct dv_diag *d)
{
    const struct dv_chip *c = dv_machine_chip(m);
    struct dv_memory *t = calloc(1, sizeof *t);
    enum dv_err e = DV_OK;

    *out = t;
    if (!t || !(t->port = calloc(cores_of(c) * DV_MEM_PORTS, sizeof *t->port)))
        return dv_fail(d, DV_E_MEMORY, "out of memory");
    t->cores = cores_of(c);
    t->launch = launch;
    snprintf(t->name, sizeof t->name, "analytic");
    if (plugin)
        e = plug_in(t, c, plugin, d);
    else if (!dv_mem_new(c, &t->inner))
        e = dv_fail(d, DV_E_MEMORY, "out of memory");
    if (!e && trace)
        e = trace_open(t, trace, d);
    if (!e)
        dv_machine_memory(m, &(struct dv_mem_backend){.name = t->name,
                                                      .self = t,
                                                      .begin = begin,
                                                      .request = request,
                                                      .advance = advance,
                                                      .size = size,
                                                      .save = save,
                                                      .accept = accept,
                                                      .restore = restore});
    return e;
}

enum dv_err dv_memory_end(struct dv_memory *t, struct dv_diag *d)
{
    if (!t)
        return DV_OK;
    if (t->to) {
        errno = 0;
        write_until(t, UINT64_MAX);
        if (fclose(t->to) && !t->failed)
            t->failed = errno;
        t->to = NULL;
    }
    if (t->failed)
        return dv_fail(d, DV_E_IO, "cannot write '%.200s': %s; the trace is not whole", t->file,
                       strerror(t->failed));
    return t->broken[0]
               ? dv_fail(d, DV_E_CONFIG, "memory system '%s' breaks the rules of dv/mem.h: %s",
                         t->name, t->broken)
               : DV_OK;
}

void dv_memory_free(struct dv_memory *t)
{
    if (!t)
        return;
    if (t->to)
        fclose(t->to);
    if (t->inner.release)
        t->inner.release(t->inner.self);
    if (t->library)
        dlclose(t->library);
    free(t->port);
    free(t->wait);
    free(t);
}

const char *dv_memory_name(const struct dv_memory *t)
{
    return t ? t->name : "analytic";
}
