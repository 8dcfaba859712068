/* A chip with its cores, memory and one loaded object: what run, debug and cce drive.
 *
 * Owns: GM, blocks, the run loop, save and restore. Listeners observe; nothing here knows
 * arguments, files or formats. */
#ifndef DV_CORE_MACHINE_H
#define DV_CORE_MACHINE_H

#include "emu/core/event.h"
#include "emu/core/mem.h"
#include "isa/obj.h"

struct dv_machine;
struct dv_feed;

/* Names of the rules of --acc, indexed by enum dv_acc. */
extern const char *const dv_acc_names[DV_ACCS];

struct dv_machine_opts {
    bool time_off; /* unit times, no memory model */
    bool data_off; /* skip payload arithmetic */
    bool no_simd;
    bool no_replay; /* data_off: simulate every round of every loop */
    bool
        cold; /* caches and L2 are empty at the launch; false: as an identical launch leaves them */
    bool zero_is_fault;  /* repeat 0, empty mask, zero bursts fault instead of doing nothing */
    uint8_t acc;         /* enum dv_acc */
    uint64_t max_cycles; /* 0 = 1e10 */
    uint64_t gm_bytes;   /* size of the GM range, 0 = 64 GiB reserved, touched on demand */
    uint64_t explore;    /* seed of another legal schedule (explore.h), without replay; 0 = off */
    uint32_t window; /* cycles that a core may run ahead of others, 0 = 4096; changes no result */
    bool unordered;  /* buffers and flags used too early are no fault: only times are asked for */
    bool shared;     /* one core alone asks the memory system as one of several does */
    const struct dv_feed *feed; /* S takes its instructions from here (feed.h); NULL = program */
};

/* Fixed guest addresses (ours; isa.md 4.4 for the window rule). */
#define DV_GM_BASE DV_DATA_BASE              /* data sections, then tensors */
#define DV_SYS_VA_BASE 0x0000000080000000ull /* local window: UB at + 0x80000 */
#define DV_CODE_BASE 0x0000000000000000ull   /* pc of .text */

/* NULL with d filled (MEMORY) on failure. The chip is copied. */
struct dv_machine *dv_machine_new(const struct dv_chip *chip, const struct dv_machine_opts *o,
                                  struct dv_diag *d);
void dv_machine_free(struct dv_machine *m);

/* Decodes .text once, places .data/.rodata/.bss in GM. The object must outlive the machine. */
enum dv_err dv_machine_load(struct dv_machine *m, const struct dv_obj *obj, struct dv_diag *d);
/* True when S is host code (native.h): .text holds what it has met so far. */
bool dv_machine_is_native(const struct dv_machine *m);

/* Reserves `bytes` of GM, 512-byte aligned, with a red zone after it; zero bytes are legal and
 * get an address of their own. Contents are 0xA5. `name` (copied, may be NULL) appears in
 * faults. */
enum dv_err dv_machine_alloc(struct dv_machine *m, const char *name, uint64_t bytes,
                             uint64_t *address, struct dv_diag *d);
/* Gives an allocation back; the next ones may take its place. False when none begins there, or
 * while something is kept of allocations (writers, contents on demand). Between launches. */
bool dv_machine_release(struct dv_machine *m, uint64_t address);
/* Name, first address and size of allocation i, in order of address; false past the end. */
bool dv_machine_allocation(const struct dv_machine *m, unsigned i, const char **name,
                           uint64_t *address, uint64_t *bytes);
/* Host pointer of [address, address + bytes); NULL unless it lies in one allocation. Does not count
 * as an access of S. */
void *dv_machine_gm(struct dv_machine *m, uint64_t address, uint64_t bytes);
/* Bytes of the GM range: how far an allocation may ever reach. */
uint64_t dv_machine_gm_room(const struct dv_machine *m);
/* Bytes of GM from DV_GM_BASE on that hold allocations and the gaps between them. */
uint64_t dv_machine_gm_used(const struct dv_machine *m);

/* All of GM that is handed out, sections, tensors and parameters: to be copied and put back between
 * launches. */
void *dv_machine_contents(struct dv_machine *m, uint64_t *bytes);

/* Contents on demand, for runs whose payload nobody reads (data_off): before S first loads from or
 * stores to the allocation that begins at `address`, it is filled with 0xA5 and then by
 * fn(ctx, host address, bytes); fn NULL = 0xA5 alone. Once a run, also over save and restore.
 * CONFIG when no allocation begins there. */
typedef void (*dv_touch_fn)(void *ctx, void *host, uint64_t bytes);
enum dv_err dv_machine_on_touch(struct dv_machine *m, uint64_t address, dv_touch_fn fn, void *ctx,
                                struct dv_diag *d);
/* What an access of S does: contents on demand of the allocation that holds `address` are made
 * unless they were. */
void dv_machine_touch(struct dv_machine *m, uint64_t address);

/* Puts another memory system behind the moves and the fixpipe; before the first launch. The backend
 * is copied, what its `self` points to must outlive the machine. */
void dv_machine_memory(struct dv_machine *m, const struct dv_mem_backend *backend);

struct dv_launch {
    uint8_t core;       /* enum dv_core_type */
    uint64_t entry[2];  /* pc; mix: aic, aiv */
    uint32_t blocks;    /* 1..65535 */
    uint64_t para_base; /* GM address of the parameter block */
    uint32_t kernel;    /* whose names reports and bounds use: index + 1 in the object, 0 = any */
    bool again;         /* caches and L2 are as the launch before left them */
};

/* Prepares a launch: resets cores, hands out the first blocks. CONFIG when the chip has no such
 * core kind or a mix kernel asks for more blocks than cores. */
enum dv_err dv_machine_launch(struct dv_machine *m, const struct dv_launch *l, struct dv_diag *d);

/* Makes ready for another launch of the same program, also after a fault: local memories are
 * cleared, contents on demand are not made, the fault is forgotten, `explore` and `max_cycles` take
 * the place of the options. GM is the caller's to restore. */
void dv_machine_reset(struct dv_machine *m, uint64_t explore, uint64_t max_cycles);

/* Runs to the end of the launch. The diag of a fault names place and partner; after a fault the
 * machine stays faulted and returns the same again. */
enum dv_err dv_machine_run(struct dv_machine *m, struct dv_diag *d);
/* Runs until every core reached `until` (1/256 cycle) or the launch ended (*ended). */
enum dv_err dv_machine_step(struct dv_machine *m, dv_time until, bool *ended, struct dv_diag *d);

/* After a DEADLOCK: who waits for what and who could have provided it, lines of text each ended by
 * a newline; NULL otherwise. Valid until the machine is reset or freed. */
const char *dv_machine_picture(const struct dv_machine *m);

/* Registers of S of one core; its time, 1/256 cycle, is put into *now. For listeners: at SCALAR and
 * at the beginning of a block, pc is that of the instruction S executes next. */
const struct dv_scalar *dv_machine_scalar(const struct dv_machine *m, unsigned core, dv_time *now);
/* For the same listeners: applies what is complete before the time of S, so that memory can be
 * read. Changes no time and no result. */
void dv_machine_settle(struct dv_machine *m, unsigned core);

/* Where an instruction stands, for what listeners report: core, block, pipe, line, text, cycle. */
void dv_machine_place(const struct dv_machine *m, unsigned core, uint64_t pc, unsigned pipe,
                      dv_time at, struct dv_place *p);
/* Adds bytes with the name of their buffer or tensor; operand may be NULL. */
void dv_machine_place_bytes(const struct dv_machine *m, unsigned space, uint64_t address,
                            uint64_t bytes, const char *operand, struct dv_place *p);

/* A flag as messages call it: "full[1] (mte2 -> v, id 1)", "mte2 -> v, id 1" without a name. */
void dv_machine_flag_text(const struct dv_machine *m, unsigned src, unsigned dst, unsigned id,
                          char *out, size_t size);

/* At most 8 listeners; called in the order they were added. */
bool dv_machine_listen(struct dv_machine *m, const struct dv_listener *l);
/* Nobody listens any more. */
void dv_machine_unlisten(struct dv_machine *m);
/* Of launches that nobody is to hear of: listeners hear nothing while it is on. */
void dv_machine_mute(struct dv_machine *m, bool on);

/* Whole state as one relocatable image (GM contents included); size 0, and nothing is saved, when S
 * is host code (native.h). */
size_t dv_machine_save_size(const struct dv_machine *m);
void dv_machine_save(const struct dv_machine *m, void *out);
/* Into a machine made with the same chip, options and object. OBJECT when it does not fit. */
enum dv_err dv_machine_restore(struct dv_machine *m, const void *in, size_t bytes,
                               struct dv_diag *d);

/* Actions counted beside the bytes of the paths: products by width, vector repeats and the bytes
 * they move in UB. */
/* clang-format off */
#define DV_ACT_LIST(X) \
    X(mac_f16) X(mac_f32) X(mac_i8) X(mac_i4) X(vector_repeat) X(vector_ub)
/* clang-format on */
enum dv_act {
#define X(n) DV_ACT_##n,
    DV_ACT_LIST(X)
#undef X
        DV_ACTS
};

struct dv_pipe_stats {
    dv_time busy, stall[DV_REASONS]; /* what is left is idle: prof/summary.h derives it */
    uint64_t instructions;
};

struct dv_core_stats {
    uint8_t kind;        /* enum dv_kind */
    uint32_t blocks;     /* blocks it ran */
    dv_time first, last; /* first dispatch of its first block, last END */
    struct dv_pipe_stats pipe[DV_PIPE_COUNT];
    uint64_t path_bytes[DV_PATHS];
    uint64_t macs, instructions;
    uint64_t act[DV_ACTS];
    uint64_t allowed;      /* accesses that only .allow let pass */
    struct dv_blame blame; /* what last - first rests on */
};

/* Cores that ran at least one block come first in index order. */
unsigned dv_machine_cores(const struct dv_machine *m);
/* The running kernel: index + 1 in the object, 0 = not known. */
uint32_t dv_machine_kernel(const struct dv_machine *m);
const struct dv_core_stats *dv_machine_core(const struct dv_machine *m, unsigned core);
/* First dispatch to last END on the slowest core, 1/256 cycle. */
dv_time dv_machine_cycles(const struct dv_machine *m);
/* When the last core ended, from the launch of the first: cores start one after the other. */
dv_time dv_machine_end(const struct dv_machine *m);
const struct dv_chip *dv_machine_chip(const struct dv_machine *m);
/* The time of S is that of the log it is fed with. */
bool dv_feed_paced(const struct dv_machine *m);
/* Name of the SIMD tier its arithmetic uses: "avx2", "portable", "plain" (with no_simd). */
const char *dv_machine_simd(const struct dv_machine *m);

/* Last core, pc, cycle and block that wrote each of these GM bytes' 32-byte blocks; only when
 * dv_machine_watch_writes was called before the launch. pc is UINT64_MAX where never written. */
struct dv_writer {
    uint64_t pc;
    dv_time cycle;
    uint32_t block;
    uint16_t core;
};
enum dv_err dv_machine_watch_writes(struct dv_machine *m, uint64_t address, uint64_t bytes,
                                    struct dv_diag *d);
bool dv_machine_writer(const struct dv_machine *m, uint64_t address, struct dv_writer *out);

/* Size of a local memory of a core, 0 = it has none. */
uint32_t dv_machine_local_size(const struct dv_machine *m, unsigned core, unsigned space);
/* Bytes of a local memory of a core (space UB, L1, ..), for --dump and the debugger; NULL when
 * out of range. */
const void *dv_machine_local(const struct dv_machine *m, unsigned core, unsigned space,
                             uint64_t address, uint64_t bytes);

#endif
