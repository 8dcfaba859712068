/* Files of an output folder, written as a stream.
 *
 * A folder is made when it is opened; files and folders inside it are made on the way. The first
 * error sticks to the folder, names the file, and every later write does nothing. A file is flushed
 * at the ends of records where it can be (dv_out_mark), and when the disk is full it ends behind a
 * whole record, with its closing text: what was written stays readable. */
#ifndef DV_PROF_SINK_H
#define DV_PROF_SINK_H

#include <string.h>

#include "isa/diag.h"

struct dv_folder;

/* A folder that does not exist or is empty; with `force` any, whose files of the same names are
 * replaced. `names`: what earlier runs may have written, NULL past the end; '#' is a number, a '*'
 * in front any text without '/'. Before the first file is made they go, when one of the `marks`
 * tells that they are ours: a folder never holds two runs. Links and other names are left. NULL
 * with d filled: CONFIG when it is there and not empty, IO, MEMORY. */
struct dv_earlier_files {
    const char *const *names, *const *marks;
};
struct dv_folder *dv_folder_open(const char *path, bool force, const struct dv_earlier_files *of,
                                 struct dv_diag *d);
/* Closes files still open. Keep: returns the first error (IO, MEMORY) in d. Else everything that
 * was made is removed. */
enum dv_err dv_folder_close(struct dv_folder *f, bool keep, struct dv_diag *d);
const char *dv_folder_path(const struct dv_folder *f);
bool dv_folder_failed(const struct dv_folder *f);
/* Out of memory in a writer: sticks as well. */
void dv_folder_no_memory(struct dv_folder *f);
/* A file that was written cannot be read again (errno, 0 = it is shorter): sticks as well. */
void dv_folder_lost(struct dv_folder *f, const char *path, int why);

enum { DV_OUT_ROOM = 1 << 16, DV_OUT_RECORD = 1 << 12 };
enum { DV_OUT_ENDS = DV_OUT_ROOM / DV_OUT_RECORD + 1 };

struct dv_out {
    struct dv_folder *folder;
    struct dv_out *next;
    char *name;            /* in the folder */
    const char *tail;      /* closing text when the rest is lost, "" = none */
    uint64_t there;        /* bytes in the file */
    uint64_t kept, before; /* ends of whole records in it: the last known, and one before */
    uint32_t n, mark;      /* bytes in p; those up to the end of the last record */
    uint32_t end[DV_OUT_ENDS + 1], ends; /* ends of some records before it; end[0] is 0 */
    int fd;
    bool failed;
    char p[DV_OUT_ROOM];
};

/* A file of the folder, "simulator/core0/trace.json"; replaces one of that name. NULL: the folder
 * has failed. `tail` must outlive the file, NULL = none. */
struct dv_out *dv_out_open(struct dv_folder *f, const char *name, const char *tail);
/* Writes the rest; NULL allowed. The file is gone afterwards. */
void dv_out_close(struct dv_out *o);

void dv_out_flush(struct dv_out *o);
void dv_out_put(struct dv_out *o, const void *p, size_t n); /* any n */
void dv_out_text(struct dv_out *o, const char *text);
void dv_out_f(struct dv_out *o, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The inside of a JSON string, escaped. */
void dv_out_json(struct dv_out *o, const char *text);
/* A field of CSV in quotes. */
void dv_out_csv(struct dv_out *o, const char *text);

/* Room for n <= DV_OUT_RECORD bytes at o->p + o->n; the caller adds to o->n what it wrote. */
static inline char *dv_out_room(struct dv_out *o, size_t n)
{
    if (o->n + n > DV_OUT_ROOM)
        dv_out_flush(o);
    return o->p + o->n;
}

/* The end of a record: the file may be cut here. */
static inline void dv_out_mark(struct dv_out *o)
{
    o->mark = o->n;
    if (o->n - o->end[o->ends] >= DV_OUT_RECORD)
        o->end[++o->ends] = o->n;
}

extern const char dv_pairs[201];     /* "000102..99" */
extern const char dv_hex_pairs[513]; /* "000102..ff" */
extern const uint64_t dv_tens[20];   /* 0, 10, 100 .. */

/* Decimal digits of v at p; returns the byte after them. */
static inline char *dv_put_u64(char *p, uint64_t v)
{
    unsigned n = (64 - (unsigned)__builtin_clzll(v | 1)) * 1233 >> 12; /* times log10(2) */
    char *end = p + n + (v >= dv_tens[n]);
    for (p = end; v >= 100; v /= 100)
        memcpy(p -= 2, dv_pairs + 2 * (v % 100), 2);
    if (v >= 10)
        memcpy(p - 2, dv_pairs + 2 * v, 2);
    else
        p[-1] = (char)('0' + v);
    return end;
}

/* "0x" and the digits of v without leading zeroes. */
static inline char *dv_put_hex(char *p, uint64_t v)
{
    unsigned n = v ? (67 - (unsigned)__builtin_clzll(v)) / 4 : 1;
    *p++ = '0';
    *p++ = 'x';
    char *end = p + n;
    for (p = end; n > 1; v >>= 8, n -= 2)
        memcpy(p -= 2, dv_hex_pairs + 2 * (v & 255), 2);
    if (n)
        p[-1] = dv_hex_pairs[2 * v + 1];
    return end;
}

static inline char *dv_put_text(char *p, const char *text, size_t n)
{
    memcpy(p, text, n);
    return p + n;
}

#endif
