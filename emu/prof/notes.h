/* What is remembered of the items around one that is explained. Private to emu/prof. */
#ifndef DV_PROF_NOTES_H
#define DV_PROF_NOTES_H

#include "emu/prof/explain.h"

enum {
    DV_NOTES = 256, /* of a pipe: more than wait and are in flight together; a power of two */
    DV_NOTE_IDS = DV_FLAG_ALL
};

/* An item that entered its queue, or a SET that S executed. */
struct dv_note {
    uint32_t seq;
    uint8_t kind; /* enum dv_life_kind */
    uint8_t why_start;
    uint16_t key;     /* of its flag */
    uint32_t ordinal; /* SET or WAIT number so many of this flag: they pair up */
    struct dv_life_other at;
};

struct dv_lane {
    uint32_t issued, retired;
    struct dv_note note[DV_NOTES];
};

/* Of one core. */
struct dv_notes {
    uint32_t sets[DV_PIPE_COUNT][DV_PIPE_COUNT][DV_NOTE_IDS];
    uint32_t waits[DV_PIPE_COUNT][DV_PIPE_COUNT][DV_NOTE_IDS];
    struct dv_lane lane[DV_PIPE_COUNT];
};

struct dv_note_flag {
    bool is;
    unsigned kind, src, dst, id;
};

static inline struct dv_note *dv_note_at(struct dv_lane *l, uint32_t i)
{
    return &l->note[i & (DV_NOTES - 1)];
}

/* How many notes before place `i` are still there. */
static inline uint32_t dv_note_behind(const struct dv_lane *l, uint32_t i)
{
    uint32_t oldest = l->issued > DV_NOTES ? l->issued - DV_NOTES : 0;
    return i > oldest ? i - oldest : 0;
}

static inline struct dv_life_other dv_note_other(const struct dv_note *n)
{
    return n ? n->at : (struct dv_life_other){0};
}

/* The flag of a SET or WAIT; `is` is false for others. */
struct dv_note_flag dv_note_flag(const struct dv_op *op, const uint64_t *x);
/* Counts a SET or WAIT; returns its number. */
uint32_t dv_note_count(struct dv_notes *t, const struct dv_note_flag *f);
/* The queue an instruction goes to: a SET belongs to its source, a WAIT to its destination. */
unsigned dv_note_lane(const struct dv_event *v, const struct dv_note_flag *f);
struct dv_note *dv_note_add(struct dv_notes *t, unsigned pipe, const struct dv_event *e,
                            const struct dv_note_flag *f);

/* NULL = not there, in all of these. */

/* The SET that WAIT `number` of this flag pairs with. */
struct dv_note *dv_note_set(struct dv_notes *t, const struct dv_note_flag *f, uint32_t number);
struct dv_note *dv_note_set_of(struct dv_notes *t, const struct dv_note *wait);
/* Who is complete last at a time, rather work than what waits for it. */
struct dv_note *dv_note_last(struct dv_notes *t, dv_time at);
/* The item before place `i` that kept it back: those that only passed on what they were kept back
 * by are skipped. */
struct dv_note *dv_note_blocker(struct dv_lane *l, uint32_t i);
/* The last work item before place `i`. */
struct dv_note *dv_note_work(struct dv_lane *l, uint32_t i);
/* The work item that started, or ended, at a time. */
struct dv_note *dv_note_by_time(struct dv_lane *l, dv_time start, dv_time end);
/* Who decided the start of the item at `place` that completes now. */
struct dv_note *dv_note_cause(struct dv_notes *t, const struct dv_event *v, uint32_t place);

#endif
