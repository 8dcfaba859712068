/* trace.pftrace: the protobuf form of Perfetto, for traces too large for JSON. A process for every
 * core, a track for every pipe; one nanosecond of the trace is one cycle, and "ticks" of a slice is
 * its time in 1/256 cycle. Field numbers: perfetto/protos/perfetto/trace/ *.proto. */
#include "emu/prof/ecosystem/proto.h"
#include "emu/prof/ecosystem/timeline.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    TRACE_PACKET = 1,
    PACKET_TIMESTAMP = 8,
    PACKET_SEQUENCE = 10,
    PACKET_EVENT = 11,
    PACKET_INTERNED = 12,
    PACKET_FLAGS = 13,
    PACKET_TRACK = 60,
    EVENT_ANNOTATION = 4,
    EVENT_TYPE = 9,
    EVENT_NAME = 10,
    EVENT_TRACK = 11,
    EVENT_FLOW = 47,
    EVENT_FLOW_END = 48,
    INTERNED_NAME = 2,
    INTERNED_KEY = 3,
    INTERNED_TEXT = 29,
    TRACK_UUID = 1,
    TRACK_NAME = 2,
    TRACK_PROCESS = 3,
    TRACK_PARENT = 5,
    PROCESS_PID = 1,
    PROCESS_NAME = 6,
    ENTRY_ID = 1,
    ENTRY_TEXT = 2,
    NOTE_KEY = 1,
    NOTE_UINT = 3,
    NOTE_POINTER = 7,
    NOTE_TEXT = 17
};
enum { SLICE_BEGIN = 1, SLICE_END = 2, INSTANT = 3 };
enum { STATE_CLEARED = 1, NEEDS_STATE = 2 };
enum { KEY_LINE = 1, KEY_PC, KEY_TICKS };

/* Ids of interned texts: instructions from WORDS on, waits below. */
enum { SEQUENCE = 1, WAITS = 1, WORDS = 64 };

struct perfetto {
    struct dv_timeline *line;
    struct dv_out *out;
    struct dv_proto m;
    size_t packet;
    uint8_t *met; /* a bit for every instruction whose texts are interned */
    uint64_t words;
    uint32_t waits; /* mask */
    bool begun;
};

static void open_packet(struct perfetto *t)
{
    t->m.n = 0;
    t->packet = dv_proto_open(&t->m, TRACE_PACKET);
    dv_proto_u64(&t->m, PACKET_SEQUENCE, SEQUENCE);
    dv_proto_u64(&t->m, PACKET_FLAGS, t->begun ? NEEDS_STATE : STATE_CLEARED | NEEDS_STATE);
    t->begun = true;
}

static void close_packet(struct perfetto *t)
{
    dv_proto_close(&t->m, t->packet);
    dv_out_put(t->out, t->m.p, t->m.n);
    dv_out_mark(t->out);
}

/* ---- tracks ---------------------------------------------------------------------------------- */

static uint64_t core_track(unsigned core)
{
    return (uint64_t)(core + 1) << 8 | 0xff;
}

static uint64_t pipe_track(unsigned core, unsigned pipe)
{
    return (uint64_t)(core + 1) << 8 | pipe;
}

static void put_core(struct perfetto *t, unsigned core)
{
    char name[16];
    open_packet(t);
    size_t track = dv_proto_open(&t->m, PACKET_TRACK);
    dv_proto_u64(&t->m, TRACK_UUID, core_track(core));
    size_t process = dv_proto_open(&t->m, TRACK_PROCESS);
    dv_proto_u64(&t->m, PROCESS_PID, core + 1);
    dv_proto_text(&t->m, PROCESS_NAME, dv_core_text(t->line->run->machine, core, name));
    dv_proto_close(&t->m, process);
    dv_proto_close(&t->m, track);
    close_packet(t);
}

static void put_pipe(struct perfetto *t, unsigned core, unsigned pipe)
{
    open_packet(t);
    size_t track = dv_proto_open(&t->m, PACKET_TRACK);
    dv_proto_u64(&t->m, TRACK_UUID, pipe_track(core, pipe));
    dv_proto_text(&t->m, TRACK_NAME, dv_pipe_json(pipe));
    dv_proto_u64(&t->m, TRACK_PARENT, core_track(core));
    dv_proto_close(&t->m, track);
    close_packet(t);
}

/* ---- interned texts -------------------------------------------------------------------------- */

static void put_entry(struct perfetto *t, unsigned field, uint64_t id, const char *text)
{
    size_t entry = dv_proto_open(&t->m, field);
    dv_proto_u64(&t->m, ENTRY_ID, id);
    dv_proto_text(&t->m, ENTRY_TEXT, text);
    dv_proto_close(&t->m, entry);
}

static void put_keys(struct perfetto *t)
{
    open_packet(t);
    size_t data = dv_proto_open(&t->m, PACKET_INTERNED);
    put_entry(t, INTERNED_KEY, KEY_LINE, "line");
    put_entry(t, INTERNED_KEY, KEY_PC, "pc");
    put_entry(t, INTERNED_KEY, KEY_TICKS, "ticks");
    dv_proto_close(&t->m, data);
    close_packet(t);
}

static bool is_new(struct perfetto *t, uint64_t word)
{
    if (word >= t->words || t->met[word / 8] >> word % 8 & 1)
        return false;
    t->met[word / 8] |= (uint8_t)(1u << word % 8);
    return true;
}

/* Texts that this piece is the first to need. */
static void put_texts(struct perfetto *t, const struct dv_stretch *p)
{
    bool wait = p->what < DV_REASONS && !(t->waits >> p->what & 1), insn = is_new(t, p->pc / 4);
    char text[DV_PROTO_TEXT];
    if (!wait && !insn)
        return;
    size_t data = dv_proto_open(&t->m, PACKET_INTERNED);
    if (wait) {
        snprintf(text, sizeof text, "wait: %s", dv_span_text(p->what));
        put_entry(t, INTERNED_NAME, WAITS + p->what, text);
        t->waits |= 1u << p->what;
    }
    if (insn) {
        struct dv_stack_frame f[DV_STACK_DEPTH];
        unsigned n = dv_stack_at(t->line->stacks, p->pc, f);
        put_entry(t, INTERNED_NAME, WORDS + p->pc / 4, dv_insn_text(t->line, p->core, p->pc));
        snprintf(text, sizeof text, "%.360s:%" PRIu32, n ? f[n - 1].file : "?",
                 n ? f[n - 1].line : 0);
        put_entry(t, INTERNED_TEXT, WORDS + p->pc / 4, text);
    }
    dv_proto_close(&t->m, data);
}

/* ---- events ---------------------------------------------------------------------------------- */

static void put_note(struct perfetto *t, unsigned key, unsigned field, uint64_t v)
{
    size_t note = dv_proto_open(&t->m, EVENT_ANNOTATION);
    dv_proto_u64(&t->m, NOTE_KEY, key);
    dv_proto_u64(&t->m, field, v);
    dv_proto_close(&t->m, note);
}

static void put_event(struct perfetto *t, const struct dv_stretch *p, unsigned type)
{
    bool wait = p->what < DV_REASONS;
    open_packet(t);
    dv_proto_u64(&t->m, PACKET_TIMESTAMP, (type == SLICE_END ? p->end : p->start) / DV_CYCLE);
    if (type != SLICE_END)
        put_texts(t, p);
    size_t event = dv_proto_open(&t->m, PACKET_EVENT);
    dv_proto_u64(&t->m, EVENT_TYPE, type);
    dv_proto_u64(&t->m, EVENT_TRACK, pipe_track(p->core, p->pipe));
    if (type != SLICE_END) {
        dv_proto_u64(&t->m, EVENT_NAME, wait ? WAITS + (uint64_t)p->what : WORDS + p->pc / 4);
        put_note(t, KEY_LINE, NOTE_TEXT, WORDS + p->pc / 4);
        put_note(t, KEY_PC, NOTE_POINTER, p->pc);
    }
    if (type == SLICE_BEGIN)
        put_note(t, KEY_TICKS, NOTE_UINT, p->end - p->start);
    if (type == INSTANT && p->flow)
        dv_proto_fixed64(&t->m, p->what == DV_MOMENT_SET ? EVENT_FLOW : EVENT_FLOW_END, p->flow);
    dv_proto_close(&t->m, event);
    close_packet(t);
}

static void put_piece(struct perfetto *t, const struct dv_stretch *p)
{
    if (p->what > DV_SPAN_BUSY) {
        put_event(t, p, INSTANT);
    } else if (p->end > p->start) {
        put_event(t, p, SLICE_BEGIN);
        put_event(t, p, SLICE_END);
    }
}

static void put_all(struct perfetto *t)
{
    struct dv_stretch p;
    int core = -1, pipe = -1;
    put_keys(t);
    while (dv_timeline_next(t->line, &p)) {
        if (p.core != core)
            put_core(t, p.core);
        if (p.core != core || p.pipe != pipe)
            put_pipe(t, p.core, p.pipe);
        core = p.core;
        pipe = p.pipe;
        put_piece(t, &p);
    }
}

void dv_perfetto_write(struct dv_timeline *line)
{
    struct perfetto *t = calloc(1, sizeof *t);
    if (t) {
        t->line = line;
        t->words = line->run->obj->section[DV_TEXT].n / 4;
        t->met = calloc(t->words / 8 + 1, 1);
    }
    if (!t || !t->met)
        dv_folder_no_memory(line->run->folder);
    else if (dv_timeline_read(line) &&
             (t->out = dv_out_open(line->run->folder, "trace.pftrace", NULL)))
        put_all(t);
    if (t) {
        dv_out_close(t->out);
        free(t->met);
    }
    free(t);
}
