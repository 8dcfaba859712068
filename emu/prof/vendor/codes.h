/* What every file of the vendor's style says of an instruction, a pipe and a core: names, tracks,
 * colours, operand text. Texts of an instruction are made once. Private to emu/prof/vendor. */
#ifndef DV_PROF_VENDOR_CODES_H
#define DV_PROF_VENDOR_CODES_H

#include "emu/prof/writers.h"

/* formats.md 3.2, 3.3 and 3.5: X(name, pid of the per-core file, place, cname). */
#define DV_TRACKS(X) \
    X(SCALAR, 10, 1, "startup") \
    X(SCALARLDST, 20, 10, "startup") \
    X(VECTOR, 30, 7, "cq_build_failed") \
    X(CUBE, 40, 4, "background_memory_dump") \
    X(MTE1, 50, 3, "thread_state_running") \
    X(MTE2, 60, 6, "thread_state_iowait") \
    X(MTE3, 70, 8, "rail_response") \
    X(FIXP, 80, 5, "thread_state_unknown") \
    X(FLOWCTRL, 90, 2, "cq_build_passed") \
    X(ALL, 100, 11, "good") \
    X(CACHEMISS, 110, 9, "thread_state_runnable") \
    X(USERMARK, 120, 12, "rail_load") \
    X(SET_FLAG, 0, 14, "black") \
    X(WAIT_FLAG, 0, 15, "yellow")
enum dv_track {
#define X(name, pid, order, cname) DV_TRACK_##name,
    DV_TRACKS(X)
#undef X
        DV_TRACK_COUNT
};
struct dv_track_row {
    const char *name, *cname;
    unsigned pid;   /* 0 = not in the per-core file */
    unsigned order; /* place in a viewer */
};
extern const struct dv_track_row dv_tracks[DV_TRACK_COUNT];

unsigned dv_pipe_track(unsigned pipe);

/* "core0.cubecore0", on merged chips "core0"; `order` is its place among all. Returns out. */
const char *dv_core_label(const struct dv_machine *m, unsigned core, char out[32], unsigned *order);

enum { DV_PIECES_OF_DETAIL = 6 };

/* An instruction of the program. Texts are ready for JSON. */
struct dv_code {
    bool known;
    uint8_t track; /* of the per-core file */
    uint8_t pipe;  /* whose time its items take */
    bool set, wait, bar;
    uint8_t src, dst;
    char *name;  /* mnemonic */
    char *stack; /* "file:line\\nfile:line", innermost first; "" = unknown */
    char *line;  /* "file:line" */
    char *lead;  /* per-core file: start of a slice up to the lane */
    char *args;  /* from "args" up to the operand text */
    char *all;   /* file of all cores: from the name up to the core's label .. */
    char *lane;  /* .. and behind that */
    uint16_t lead_n, args_n, all_n, lane_n;
    uint8_t pieces; /* operand text: piece[i], then the value of slot[i] when that is >= 0 */
    char *piece[DV_PIECES_OF_DETAIL];
    uint8_t piece_n[DV_PIECES_OF_DETAIL];
    int8_t slot[DV_PIECES_OF_DETAIL];
};

struct dv_codes {
    const struct dv_obj *obj;
    struct dv_code *code;
    uint64_t words;
    bool failed;
};
bool dv_codes_begin(struct dv_codes *c, const struct dv_obj *obj);
void dv_codes_free(struct dv_codes *c);
/* NULL = out of memory, or a pc outside the program. */
const struct dv_code *dv_codes_of(struct dv_codes *c, const struct dv_event *e);
/* Operand text at p, which has room for DV_DETAIL bytes; returns the byte after it. */
enum { DV_DETAIL = 640 };
char *dv_codes_detail(const struct dv_code *k, const struct dv_event *e, char *p);

struct dv_taken {
    dv_time from, to;
};

/* Where the slices of a core stand: every file takes the same. `left`: when the last item left the
 * pipe; `stalled`: end of the last wait of S. */
struct dv_pen {
    dv_time left[DV_PIPE_COUNT], stalled;
};
/* The slice of an instruction: of work the time that statistics count as busy; SET and barriers
 * are one cycle long and end when they end, a WAIT begins at the front of its queue. */
struct dv_taken dv_pen_draw(struct dv_pen *pen, const struct dv_code *k, const struct dv_event *e);
/* What S executes itself; the others show when they are complete. */
static inline bool dv_is_own(const struct dv_op *op)
{
    return op->exec == DV_EXEC_SCALAR || op->pipe == DV_PIPE_S;
}

/* Cycles to picoseconds and to microseconds with six digits. Two different times never round to
 * the same below 3.9 GHz. */
struct dv_clock {
    uint64_t num, den; /* picoseconds = time * num / den */
};
struct dv_clock dv_clock_of(const struct dv_chip *chip);
uint64_t dv_clock_ps(const struct dv_clock *k, dv_time t);
char *dv_put_us(char *p, uint64_t ps);
/* A time in cycles, exact: "12", "12.50390625". */
char *dv_put_cycles(char *p, dv_time t);

/* Length of the union of intervals that come in about the order of their ends. */
enum { DV_UNION_OPEN = 6 };
struct dv_union {
    dv_time sum; /* of what is closed */
    uint32_t n;
    struct dv_taken open[DV_UNION_OPEN];
};
void dv_union_add(struct dv_union *u, dv_time from, dv_time to);
dv_time dv_union_length(const struct dv_union *u);

/* Of all units of a core: the last to end may begin long before the others. */
enum { DV_UNION_CORE = 4096 };
struct dv_union_core {
    dv_time sum;
    uint32_t n;
    struct dv_taken open[DV_UNION_CORE];
};
void dv_union_core_add(struct dv_union_core *u, dv_time from, dv_time to);
dv_time dv_union_core_length(const struct dv_union_core *u);

#endif
