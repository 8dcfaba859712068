/* Error codes and the diagnostic record.
 *
 * Owns: the closed list of error codes, grouped by who must act, and the one record in which
 * every room describes a failure. Knows nothing of any other room. */
#ifndef DV_ISA_DIAG_H
#define DV_ISA_DIAG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Numbers are stable and leave gaps. X(NAME, number, group) */
#define DV_ERRORS(X) \
    X(ILLEGAL, 10, KERNEL)   /* no such word, type or configuration */ \
    X(RESERVED, 11, KERNEL)  /* a must-be-zero bit is set */ \
    X(RANGE, 12, KERNEL)     /* an operand value outside its documented range, division by zero */ \
    X(ALIGN, 13, KERNEL)     /* a misaligned address */ \
    X(BOUNDS, 14, KERNEL)    /* outside a local memory, an allocation or a buffer */ \
    X(OVERLAP, 15, KERNEL)   /* operands of one instruction overlap illegally */ \
    X(COLLISION, 16, KERNEL) /* two pipes touch the same bytes at the same time */ \
    X(UNINIT, 17, KERNEL)    /* bytes never written were used */ \
    X(RACE, 18, KERNEL)      /* no happens-before between two accesses */ \
    X(FLAG, 19, KERNEL)      /* double set, leftover flag, counter overflow */ \
    X(DEADLOCK, 20, KERNEL)  /* nothing can proceed */ \
    X(LIMIT, 21, KERNEL)     /* cycle budget used up */ \
    X(NODATA, 22, KERNEL)    /* control depends on payload that --data off skipped */ \
    X(UNSUPPORTED, 40, US)   /* defined, not executed by us */ \
    X(UNKNOWN, 41, US)       /* no public evidence how the hardware behaves */ \
    X(SYNTAX, 60, INPUT)     /* malformed text */ \
    X(SYMBOL, 61, INPUT)     /* undefined, duplicate or wrong kind of name */ \
    X(OBJECT, 62, INPUT)     /* malformed or foreign object file */ \
    X(CONFIG, 63, INPUT)     /* chip file, option or argument */ \
    X(IO, 80, SYSTEM)        /* file cannot be read or written */ \
    X(MEMORY, 81, SYSTEM)    /* host memory exhausted or size refused */

enum dv_err {
    DV_OK = 0,
#define X(name, number, group) DV_E_##name = number,
    DV_ERRORS(X)
#undef X
};

enum dv_err_group { DV_GROUP_KERNEL, DV_GROUP_US, DV_GROUP_INPUT, DV_GROUP_SYSTEM };

/* Where in the machine and in the source something happened. Unused members are zero, empty or
 * -1 (core, block, pipe). Texts are truncated, never unbounded. */
struct dv_place {
    int core, block, pipe; /* core = index in the chip; pipe = enum dv_pipe */
    bool has_pc;
    uint64_t pc; /* bytes */
    char file[192];
    int line, col; /* 1-based; 0 = unknown */
    char insn[96]; /* instruction text as the disassembler prints it */
    char operand[24];
    char buffer[64]; /* name of the buffer, tensor or flag, e.g. A[0]+0x40 */
    char mark[48];   /* innermost .mark region */
    char space[8];
    bool has_address;
    uint64_t address, bytes; /* bytes */
    bool has_cycle;
    uint64_t cycle; /* whole core cycles */
};

struct dv_diag {
    enum dv_err code;
    char text[768]; /* one sentence, no newline */
    char fix[256];  /* what to do, may be empty */
    struct dv_place at;
    bool has_other;
    struct dv_place other; /* the second access of a COLLISION or RACE */
};

/* Empty record: code DV_OK, every index -1. */
void dv_diag_init(struct dv_diag *d);

/* Records a failure and returns `code`. The first error sticks: when d already holds one, only
 * that code is returned. d may be NULL. */
enum dv_err dv_fail(struct dv_diag *d, enum dv_err code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds the place in a text file to a record just made (line and col 1-based). */
void dv_diag_at(struct dv_diag *d, const char *file, int line, int col);

/* Adds a remedy to a record just made. */
void dv_diag_fix(struct dv_diag *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* "COLLISION" for DV_E_COLLISION, "OK" for DV_OK; never NULL. */
const char *dv_err_name(enum dv_err code);
enum dv_err_group dv_err_group(enum dv_err code);

/* Exit status of CONTRACT section 3: 0, 1 (kernel or us) or 2 (input, system). */
int dv_err_exit(enum dv_err code);

#endif
