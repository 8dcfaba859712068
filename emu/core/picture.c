/* The picture of a deadlock: for every core that is stuck and every queue of it, what it waits for
 * and who could have provided it. Cores that look alike share one. */
#include "emu/core/cross.h"
#include "emu/core/deadlock.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

struct ink {
    char *p;
    size_t n, room;
};

static void draw(struct ink *k, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void draw(struct ink *k, const char *fmt, ...)
{
    char line[512];
    va_list ap;

    va_start(ap, fmt);
    int n = vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    size_t len = n < 0 ? 0 : (size_t)n < sizeof line ? (size_t)n : sizeof line - 1;
    if (k->n + len + 1 > k->room) {
        size_t room = 2 * k->room + len + 512;
        char *p = realloc(k->p, room);
        if (!p)
            return; /* a shorter picture is still one */
        k->p = p;
        k->room = room;
    }
    memcpy(k->p + k->n, line, len + 1);
    k->n += len;
}

/* ---- one core -------------------------------------------------------------------------------- */

struct scene {
    const struct dv_machine *m;
    struct dv_core *c;
    struct dv_stuck k;
    struct ink *to;
};

static const char *title(unsigned node, char out[8])
{
    const char *name = dv_pipe_names[dv_node_pipe(node)];
    unsigned i = 0;

    for (; name[i] && i < 7; i++)
        out[i] = (char)toupper((unsigned char)name[i]);
    out[i] = 0;
    return out;
}

static void line_of(const struct scene *s, int64_t op, char out[100])
{
    dv_line_text(s->m, op, out, 100);
}

/* A line about who could have provided it; marked when it is part of the circle. */
static void giver_line(const struct scene *s, unsigned node, unsigned by, const char *text)
{
    bool mark = by < DV_NODES && dv_stuck_link(&s->k, node, by);
    draw(s->to, "          %-64s%s\n", text, mark ? "  <- circle" : "");
    while (s->to->n > 1 && s->to->p[s->to->n - 2] == ' ') { /* nothing trails */
        s->to->p[--s->to->n] = 0;
        s->to->p[s->to->n - 1] = '\n';
    }
}

/* A set (wait) that is in a queue, or that S may come to or is past. */
static void draw_place(const struct scene *s, unsigned node, const struct dv_want *w,
                       const char *verb, unsigned other)
{
    char from[100], at[100], text[400], name[8];
    unsigned by = w->giver == DV_GIVER_QUEUED ? other : DV_NODE_S;
    const struct dv_want *o = &s->k.want[by];

    line_of(s, w->from, from);
    line_of(s, o->op, at);
    if (w->giver == DV_GIVER_QUEUED && o->op == w->from)
        snprintf(text, sizeof text, "%s %s it: the very place where %s stands", from, verb,
                 title(by, name));
    else if (w->giver == DV_GIVER_QUEUED)
        snprintf(text, sizeof text, "%s %s it, but %s stands at %s before it", from, verb,
                 title(by, name), at);
    else if (w->giver == DV_GIVER_COMING)
        snprintf(text, sizeof text, "%s %s it, but S stands at %s and has not come to it", from,
                 verb, at);
    else
        snprintf(text, sizeof text, "%s %s it, but S stands at %s and comes to it no more", from,
                 verb, at);
    giver_line(s, node, by, text);
}

static void draw_missing(const struct scene *s, unsigned node, const struct dv_want *w,
                         const char *verb)
{
    struct dv_flag_key stray = {w->flag.src, w->flag.dst, w->stray};
    char from[100] = "", flag[128], text[400];

    if (w->from >= 0)
        line_of(s, w->from, from);
    dv_flag_text(s->m, stray, flag, sizeof flag);
    if (w->giver == DV_GIVER_NONE)
        snprintf(text, sizeof text, "no instruction of the program %s it%s", verb,
                 s->m->native.resume ? ", as far as it was issued" : "");
    else if (w->giver == DV_GIVER_HIDDEN)
        snprintf(text, sizeof text, "%s %s an id that a register names, never this one", from,
                 verb);
    else if (w->giver == DV_GIVER_BACK)
        snprintf(text, sizeof text, "nothing %s it; %s goes the opposite direction, %s -> %s", verb,
                 from, dv_pipe_names[w->flag.dst], dv_pipe_names[w->flag.src]);
    else
        snprintf(text, sizeof text, "nothing %s id %u; %s %s %s, which nothing %s", verb,
                 w->flag.id % DV_FLAG_IDS, from, verb, flag,
                 w->kind == DV_WANTS_FLAG ? "waits for" : "sets");
    giver_line(s, node, DV_NODES, text);
}

static void draw_giver(const struct scene *s, unsigned node, const struct dv_want *w)
{
    bool set = w->kind == DV_WANTS_FLAG;
    const char *verb = set ? "sets" : "waits for";

    if (w->giver >= DV_GIVER_QUEUED)
        draw_place(s, node, w, verb, dv_node_of(set ? w->flag.src : w->flag.dst));
    else
        draw_missing(s, node, w, verb);
}

static void draw_tile(const struct scene *s, unsigned node, const struct dv_want *w)
{
    const char *verb = node == DV_Q_M ? "reads" : "fills";
    char text[160];

    if (w->giver == DV_GIVER_QUEUED) {
        draw_place(s, node, w, verb, w->queue);
        return;
    }
    snprintf(text, sizeof text, "no %s with unit_flag = 3 %s it",
             node == DV_Q_M ? "fixpipe instruction" : "mmad", verb);
    giver_line(s, node, DV_NODES, text);
}

static void draw_room(const struct scene *s, unsigned node, const struct dv_want *w)
{
    char at[100], text[300], name[8];

    line_of(s, s->k.want[w->queue].op, at);
    snprintf(text, sizeof text, "it holds %u; the oldest stands at %s, and %s starts in order",
             s->c->ring[w->queue].depth, at, title(w->queue, name));
    giver_line(s, node, w->queue, text);
}

/* S at a barrier or END is part of a circle only through those that wait for what comes behind. */
static void draw_all(const struct scene *s, unsigned node, const struct dv_want *w)
{
    char at[100], text[200], name[8];

    for (unsigned q = 0; q < DV_QUEUES; q++) {
        if (!(w->edges >> q & 1) || !dv_stuck_link(&s->k, node, q))
            continue;
        line_of(s, s->k.want[q].op, at);
        snprintf(text, sizeof text, "%s is not empty: it stands at %s", title(q, name), at);
        giver_line(s, node, q, text);
    }
}

static const char *const kind_names[DV_KINDS] = {
    [DV_AIC] = "AIC", [DV_AIV] = "AIV", [DV_C100] = "core"};

/* Where a core stands that should have set a flag. */
static void core_text(const struct scene *s, unsigned core, char *out, size_t size)
{
    const struct dv_core *o = &s->m->st->core[core];
    char at[100];

    line_of(s, (int64_t)(o->s.pc / 4), at);
    if (o->state == DV_CORE_IDLE)
        snprintf(out, size, "core %u (%s), which has ended,", core, kind_names[o->kind]);
    else
        snprintf(out, size, "core %u (%s) stands at %s and", core, kind_names[o->kind], at);
}

static void draw_cross(const struct scene *s, unsigned node, const struct dv_want *w)
{
    struct dv_cross_giver g;
    char at[100], other[160], text[400];

    dv_cross_giver(s->m, s->c, w->flag.id, &g);
    line_of(s, g.op, at);
    if (g.kind == DV_CROSS_HALF) {
        core_text(s, g.lacks, other, sizeof other);
        snprintf(text, sizeof text, "core %u set it at %s in mode %u; %s has not", g.core, at,
                 g.number, other);
    } else if (g.kind == DV_CROSS_OTHER) {
        snprintf(text, sizeof text,
                 "no core set it; core %u set id %u at %s, for which nothing waits", g.core,
                 g.number, at);
    } else {
        snprintf(text, sizeof text, "no core that reaches this one sets it any more");
    }
    giver_line(s, node, DV_NODES, text);
}

static void wants_text(const struct scene *s, const struct dv_want *w, char *out, size_t size)
{
    char flag[128], name[8];

    dv_flag_text(s->m, w->flag, flag, sizeof flag);
    if (w->kind == DV_WANTS_ALL)
        snprintf(out, size, "for all pipes");
    else if (w->kind == DV_WANTS_CROSS)
        snprintf(out, size, "for cross-core flag %u", w->flag.id);
    else if (w->kind == DV_WANTS_ROOM)
        snprintf(out, size, "for room in the full queue of %s", title(w->queue, name));
    else if (w->kind == DV_WANTS_TILE)
        snprintf(out, size, "for the unit flag of its tile in L0C, which %s must turn",
                 title(w->queue, name));
    else
        snprintf(out, size, "for %s%s", w->kind == DV_WANTS_TAKER ? "a wait for " : "", flag);
}

static void draw_node(const struct scene *s, unsigned node)
{
    const struct dv_want *w = &s->k.want[node];
    char at[100], insn[96] = "", wants[300], name[8];

    line_of(s, w->op, at);
    if (w->op < s->m->code.words && s->m->code.op[w->op].exec <= DV_EXEC_UNKNOWN)
        dv_place_text(s->m, (uint32_t)w->op, insn, sizeof insn);
    wants_text(s, w, wants, sizeof wants);
    draw(s->to, "  %-5s %s: %s\n        waits %s\n", title(node, name), at, insn, wants);
    if (w->kind == DV_WANTS_ROOM)
        draw_room(s, node, w);
    else if (w->kind == DV_WANTS_ALL)
        draw_all(s, node, w);
    else if (w->kind == DV_WANTS_CROSS)
        draw_cross(s, node, w);
    else if (w->kind == DV_WANTS_TILE)
        draw_tile(s, node, w);
    else
        draw_giver(s, node, w);
}

static void draw_circle(const struct scene *s)
{
    char name[8];

    if (!s->k.n)
        return;
    draw(s->to, "  circle: ");
    for (unsigned i = 0; i < s->k.n; i++)
        draw(s->to, "%s waits for ", title(s->k.circle[i], name));
    draw(s->to, "%s\n", title(s->k.circle[0], name));
}

static void draw_core(const struct dv_machine *m, struct dv_core *c, struct ink *to)
{
    struct scene s = {.m = m, .c = c, .to = to};

    dv_stuck_find(m, c, &s.k);
    for (unsigned n = 0; n < DV_NODES; n++)
        if (s.k.want[n].kind)
            draw_node(&s, n);
    draw_circle(&s);
}

/* ---- all of them ----------------------------------------------------------------------------- */

/* "core 3", "cores 0-3, 7": the members of a group, or their blocks. */
static void draw_list(const struct dv_machine *m, struct ink *to, const struct ink *body,
                      unsigned first, const char *word, bool blocks)
{
    unsigned n = m->st->cores, count = 0;
    int64_t from = -1, last = -1;

    for (unsigned i = first; i < n; i++)
        if (body[i].p && !strcmp(body[i].p, body[first].p)) {
            count += !blocks || last != (int64_t)m->st->core[i].block;
            last = (int64_t)m->st->core[i].block;
        }
    last = -1;
    draw(to, "%s%s", word, count > 1 ? "s" : "");
    for (unsigned i = first, said = 0; i <= n; i++) {
        bool in = i < n && body[i].p && !strcmp(body[i].p, body[first].p);
        int64_t v = in ? (blocks ? (int64_t)m->st->core[i].block : (int64_t)i) : -1;
        if (i < n && !in)
            continue;
        if (from >= 0 && (i == n || (v != last + 1 && v != last))) {
            draw(to, "%s %lld", said++ ? "," : "", (long long)from);
            if (last != from)
                draw(to, "-%lld", (long long)last);
            from = -1;
        }
        from = from < 0 ? v : from;
        last = v;
    }
}

static void draw_number(struct ink *to, uint64_t v)
{
    if (v >= 1000) {
        draw_number(to, v / 1000);
        draw(to, ",%03u", (unsigned)(v % 1000));
    } else {
        draw(to, "%u", (unsigned)v);
    }
}

static void draw_group(const struct dv_machine *m, struct ink *to, struct ink *body, unsigned first)
{
    dv_time lo = DV_NEVER, hi = 0;

    draw(to, "%s", to->n ? "" : "deadlock: nothing can ever move again on ");
    draw_list(m, to, body, first, "core", false);
    draw(to, " (");
    draw_list(m, to, body, first, "block", true);
    for (unsigned i = first; i < m->st->cores; i++) {
        if (!body[i].p || strcmp(body[i].p, body[first].p))
            continue;
        lo = m->st->core[i].now < lo ? m->st->core[i].now : lo;
        hi = m->st->core[i].now > hi ? m->st->core[i].now : hi;
    }
    draw(to, "), cycle%s ", lo / DV_CYCLE == hi / DV_CYCLE ? "" : "s");
    draw_number(to, lo / DV_CYCLE);
    if (lo / DV_CYCLE != hi / DV_CYCLE) {
        draw(to, " to ");
        draw_number(to, hi / DV_CYCLE);
    }
    draw(to, "\n");
    for (size_t at = 0, end; at < body[first].n; at = end + 1) { /* line by line */
        end = at + strcspn(body[first].p + at, "\n");
        draw(to, "%.*s\n", (int)(end - at), body[first].p + at);
    }
}

void dv_picture_draw(struct dv_machine *m, const uint8_t *met)
{
    struct ink all = {0}, *body = calloc(m->st->cores, sizeof *body);

    for (unsigned i = 0; body && i < m->st->cores; i++)
        if (met[i] == DV_E_DEADLOCK)
            draw_core(m, &m->st->core[i], &body[i]);
    for (unsigned i = 0; body && i < m->st->cores; i++) {
        bool seen = !body[i].p;
        for (unsigned k = 0; k < i && !seen; k++)
            seen = body[k].p && !strcmp(body[k].p, body[i].p);
        if (!seen)
            draw_group(m, &all, body, i);
    }
    for (unsigned i = 0; body && i < m->st->cores; i++)
        free(body[i].p);
    free(body);
    dv_picture_free(m);
    m->picture = all.p;
}

void dv_picture_free(struct dv_machine *m)
{
    free(m->picture);
    m->picture = NULL;
}

const char *dv_machine_picture(const struct dv_machine *m)
{
    return m->picture;
}
