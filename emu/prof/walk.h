/* What path.c keeps of a block under way and walk.c goes back through. Private to emu/prof. */
#ifndef DV_PROF_WALK_H
#define DV_PROF_WALK_H

#include "emu/prof/notes.h"
#include "emu/prof/path.h"
#include "emu/prof/tape.h"

/* An item that is complete, in the order of its queue. */
struct dv_step {
    uint32_t op, seq, cause_seq;
    uint8_t kind; /* enum dv_life_kind */
    uint8_t why, why_end;
    uint8_t cause_pipe;
    bool unit;    /* it was ready, and its unit worked still */
    bool lifted;  /* it had to be complete after the one before it */
    bool cross;   /* sets a flag between cores: key is mode << 4 | id */
    uint16_t key; /* of a SET or WAIT */
    uint16_t by_shared;
    dv_time shared; /* of begin..end; chip number of what is shared */
    dv_time dispatch, ready, start, begin, end, done;
};

/* A wait of S, before its instruction number `at`. */
struct dv_pause {
    uint32_t at;
    uint8_t reason; /* enum dv_reason, DV_REASONS = nobody said */
    uint8_t pipe;   /* of the full queue; of the flag's source */
    uint16_t key;   /* of the flag; of one between cores its id */
    dv_time from, to;
};

/* An instruction of S. */
struct dv_beat {
    uint32_t op, took;
};

/* A block under way. */
struct dv_trail {
    struct dv_tape lane[DV_PIPE_COUNT]; /* struct dv_step */
    struct dv_tape beat, pause;
    dv_time from, now; /* its start; where S has got to */
    uint32_t end_op;   /* of END */
    uint32_t block;
    uint8_t kind; /* of its core, enum dv_kind */
};

/* Numbers of the chip that the way back needs. */
struct dv_trail_chip {
    dv_time flag, barrier, cross;
};

/* How far S of a core is passed on the way back. */
struct dv_trail_place {
    uint32_t beats, pauses; /* not passed yet */
    dv_time s_end;          /* end of the last of these */
    bool been;
    uint32_t near[DV_PIPE_COUNT]; /* where an item was found last */
};

/* All cores, where the way crosses them; NULL = a core without a block. */
struct dv_trail_all {
    struct dv_trail **trail;
    struct dv_trail_place *place;
    unsigned cores;
};

/* Sums of a core that grow block by block. */
struct dv_trail_sum {
    struct dv_path_sum sum;
    dv_time *at;
};

static inline uint16_t dv_trail_key(const struct dv_note_flag *f)
{
    return (uint16_t)(f->src << 10 | f->dst << 6 | f->id);
}

/* Goes back from `to`, the time of END of `core`, to where that began, and adds every stretch to
 * *s. all->place is its scratch. */
void dv_trail_walk(const struct dv_trail_all *all, unsigned core, const struct dv_trail_chip *chip,
                   dv_time to, struct dv_trail_sum *s);
/* Adds a stretch without a block. */
void dv_trail_between(struct dv_trail_sum *s, dv_time time);

#endif
