/* speedscope.json: a profile for every pipe of every core, in time, each span with its stack. Times
 * are cycles as exact decimals. */
#include "emu/prof/ecosystem/timeline.h"

#include <inttypes.h>
#include <stdlib.h>

/* Where the ids of an instruction's frames stand; n 0 = not yet. */
struct known {
    uint32_t at;
    uint8_t n;
};

/* Leaves are instructions; ids of frames in the order they are met. */
struct scope {
    struct dv_timeline *line;
    struct dv_out *out;
    uint32_t *of_fn, *of_pc; /* id + 1, 0 = not met */
    size_t fns, words;
    struct known *stack;
    struct dv_bytes known;
    struct dv_bytes frames; /* what each id is: one struct meaning each */
    uint32_t ids, of_wait[DV_REASONS];
    uint32_t frame[DV_STACK_DEPTH + 2]; /* open ones, up to .. */
    unsigned open;
    dv_time at;         /* .. the end of the last span */
    bool failed, first; /* first: of the events of a profile */
    char time[32];      /* the last one written, and its text */
    unsigned time_n;
    dv_time time_of;
};

enum meaning_kind { FUNCTION, LEAF, WAITS };
struct meaning {
    uint8_t kind;
    uint16_t core;
    uint32_t depth; /* FUNCTION: place in the stack of pc */
    uint64_t pc;    /* WAITS: the reason */
};

static uint32_t meet(struct scope *s, uint32_t *id, struct meaning m)
{
    if (!*id) {
        s->failed |= !dv_bytes_add(&s->frames, &m, sizeof m);
        *id = ++s->ids;
    }
    return *id - 1;
}

/* The place of a function's id; functions are numbered as they are met. */
static uint32_t *place_of(struct scope *s, uint32_t fn)
{
    static uint32_t nowhere;
    if (fn >= s->fns) {
        size_t n = 2 * (size_t)fn + 64;
        uint32_t *more = realloc(s->of_fn, n * sizeof *more);
        if (!more) {
            s->failed = true;
            return &nowhere;
        }
        memset(more + s->fns, 0, (n - s->fns) * sizeof *more);
        s->of_fn = more;
        s->fns = n;
    }
    return &s->of_fn[fn];
}

/* Cycles as an exact decimal. */
static char *put_cycles(char *p, dv_time t)
{
    uint32_t part = (uint32_t)(t % DV_CYCLE) * 390625; /* of 10^8 */
    unsigned n = 9;
    p = dv_put_u64(p, t / DV_CYCLE);
    if (!part)
        return p;
    *p = '.';
    for (unsigned i = 9; i > 1; part /= 100)
        memcpy(p + (i -= 2), dv_pairs + 2 * (part % 100), 2);
    while (p[n - 1] == '0')
        n--;
    return p + n;
}

static void put_event(struct scope *s, char type, uint32_t frame, dv_time at)
{
    static const char head[] = ",\n{\"type\":\"", middle[] = "\",\"frame\":", last[] = ",\"at\":";
    char *start = dv_out_room(s->out, 128), *p = start;
    unsigned skip = s->first; /* no comma */
    p = dv_put_text(p, head + skip, sizeof head - 1 - skip);
    *p++ = type;
    p = dv_put_text(p, middle, sizeof middle - 1);
    p = dv_put_u64(p, frame);
    p = dv_put_text(p, last, sizeof last - 1);
    if (!s->time_n || s->time_of != at) { /* what ends and what begins share their time */
        s->time_n = (unsigned)(put_cycles(s->time, at) - s->time);
        s->time_of = at;
    }
    p = dv_put_text(p, s->time, s->time_n);
    *p++ = '}';
    s->out->n += (uint32_t)(p - start);
    s->first = false;
}

/* Ids of the frames of an instruction, outermost first; those of one of the program are kept. */
static unsigned look_up(struct scope *s, const struct dv_stretch *p,
                        uint32_t id[DV_STACK_DEPTH + 2])
{
    struct dv_stack_frame f[DV_STACK_DEPTH];
    unsigned n = dv_stack_at(s->line->stacks, p->pc, f), i = 0;
    for (; i < n; i++)
        id[i] = meet(s, place_of(s, f[i].fn),
                     (struct meaning){.kind = FUNCTION, .depth = i, .pc = p->pc});
    if (p->pc / 4 >= s->words)
        return i;
    id[i++] =
        meet(s, &s->of_pc[p->pc / 4], (struct meaning){.kind = LEAF, .core = p->core, .pc = p->pc});
    uint64_t at = s->known.n / sizeof *id;
    if (dv_bytes_add(&s->known, id, i * sizeof *id))
        s->stack[p->pc / 4] = (struct known){(uint32_t)at, (uint8_t)i};
    else
        s->failed = true;
    return i;
}

static unsigned frames_of(struct scope *s, const struct dv_stretch *p,
                          uint32_t id[DV_STACK_DEPTH + 2])
{
    unsigned n = p->pc / 4 < s->words ? s->stack[p->pc / 4].n : 0;
    if (n)
        memcpy(id, s->known.p + s->stack[p->pc / 4].at * sizeof *id, n * sizeof *id);
    else
        n = look_up(s, p, id);
    if (p->what < DV_REASONS)
        id[n++] = meet(s, &s->of_wait[p->what], (struct meaning){.kind = WAITS, .pc = p->what});
    return n;
}

static void close_frames(struct scope *s, unsigned keep)
{
    while (s->open > keep)
        put_event(s, 'C', s->frame[--s->open], s->at);
}

/* What it shares with the span just before it stays open. */
static void put_span(struct scope *s, const struct dv_stretch *p)
{
    uint32_t id[DV_STACK_DEPTH + 2];
    unsigned n = frames_of(s, p, id), same = 0;
    while (s->at == p->start && same < s->open && same + 1 < n && id[same] == s->frame[same])
        same++;
    close_frames(s, same);
    for (; s->open < n; s->open++) {
        s->frame[s->open] = id[s->open];
        put_event(s, 'O', id[s->open], p->start);
    }
    s->at = p->end;
    dv_out_mark(s->out);
}

static void open_profile(struct scope *s, const struct dv_stretch *p)
{
    const struct dv_core_stats *k = dv_machine_core(s->line->run->machine, p->core);
    char name[16];
    dv_out_f(s->out, "{\"type\":\"evented\",\"name\":\"%s %s\",\"unit\":\"none\",\"startValue\":0,",
             dv_core_text(s->line->run->machine, p->core, name), dv_pipe_json(p->pipe));
    dv_out_text(s->out, "\"endValue\":");
    char *at = dv_out_room(s->out, 64);
    s->out->n += (uint32_t)(put_cycles(at, k->last) - at);
    dv_out_text(s->out, ",\"events\":[\n");
    s->first = true;
    s->at = 0;
}

static void put_profiles(struct scope *s)
{
    struct dv_stretch p, last = {0};
    bool open = false;
    while (dv_timeline_next(s->line, &p)) {
        if (p.what > DV_SPAN_BUSY || p.end == p.start)
            continue;
        if (open && (p.core != last.core || p.pipe != last.pipe)) {
            close_frames(s, 0);
            dv_out_text(s->out, "]},\n");
            open = false;
        }
        if (!open)
            open_profile(s, &p);
        open = true;
        last = p;
        put_span(s, &p);
    }
    close_frames(s, 0);
    dv_out_text(s->out, open ? "]}" : "");
}

static void put_frame(struct scope *s, const struct meaning *m)
{
    struct dv_stack_frame f[DV_STACK_DEPTH];
    if (m->kind == WAITS) {
        dv_out_f(s->out, "{\"name\":\"[%s]\"}", dv_span_text((unsigned)m->pc));
        return;
    }
    unsigned n = dv_stack_at(s->line->stacks, m->pc, f);
    const struct dv_stack_frame *at = &f[m->kind == LEAF ? n - 1 : m->depth];
    dv_out_text(s->out, "{\"name\":\"");
    dv_out_json(s->out, m->kind == LEAF ? dv_insn_text(s->line, m->core, m->pc) : at->name);
    if (m->kind == LEAF)
        dv_out_f(s->out, " line %" PRIu32, at->line);
    dv_out_text(s->out, "\",\"file\":\"");
    dv_out_json(s->out, at->file);
    dv_out_f(s->out, "\",\"line\":%" PRIu32 "}", at->line);
}

/* Before the profiles, so that a file that was cut has the names of what it shows. */
static void put_frames(struct scope *s)
{
    uint32_t id[DV_STACK_DEPTH + 2];
    struct dv_stretch p;
    while (dv_timeline_next(s->line, &p))
        if (p.what <= DV_SPAN_BUSY && p.end > p.start)
            frames_of(s, &p, id);
    const struct meaning *m = (const struct meaning *)(const void *)s->frames.p;
    for (uint32_t i = 0; !s->failed && i < s->ids; i++) {
        dv_out_text(s->out, i ? ",\n" : "\n");
        put_frame(s, &m[i]);
    }
}

static void put_all(struct scope *s)
{
    dv_out_text(s->out, "{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\n"
                        "\"exporter\":\"dv\",\"name\":\"");
    dv_out_json(s->out, s->line->run->kernel->name);
    dv_out_text(s->out, " (cycles)\",\n\"shared\":{\"frames\":[");
    put_frames(s);
    dv_out_text(s->out, "]},\n\"profiles\":[");
    if (dv_timeline_read(s->line))
        put_profiles(s);
    dv_out_text(s->out, "]}\n");
}

void dv_speedscope_write(struct dv_timeline *t)
{
    struct scope s = {.line = t, .words = t->run->obj->section[DV_TEXT].n / 4};
    s.of_pc = calloc(s.words + 1, sizeof *s.of_pc);
    s.stack = calloc(s.words + 1, sizeof *s.stack);
    s.failed = !s.of_pc || !s.stack;
    if (!s.failed && dv_timeline_read(t) &&
        (s.out = dv_out_open(t->run->folder, "speedscope.json", "]}]}\n")))
        put_all(&s);
    dv_out_close(s.out);
    if (s.failed)
        dv_folder_no_memory(t->run->folder);
    free(s.of_fn);
    free(s.of_pc);
    free(s.stack);
    free(s.known.p);
    free(s.frames.p);
}
