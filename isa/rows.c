/* The DWARF v5 line table: writing it, and checking one before libdw sees it.
 *
 * Owns the bytes of .debug_line, header and program. A reader accepts only what is written here:
 * other forms would make libdw open files or allocate without bound. */
#include <dwarf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "isa/image.h"

enum { LINE_BASE = -5, LINE_RANGE = 14, OPCODE_BASE = 13, COLUMN_MAX = 65535, NEAR = 64 };

/* ---- writing --------------------------------------------------------------------------------- */

/* A file in the root keeps its slash in its name. */
size_t dv_rows_dir(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) : 0;
}

/* Index of a file before i with the same directory, i when none is near. */
static uint32_t dir_owner(const struct dv_obj *o, uint32_t i)
{
    size_t n = dv_rows_dir(o->file[i]);
    for (uint32_t k = i > NEAR ? i - NEAR : 0; k < i; k++)
        if (dv_rows_dir(o->file[k]) == n && !memcmp(o->file[k], o->file[i], n))
            return k;
    return i;
}

/* Directory 0 is the compilation directory; entries follow in order of first use. */
static void put_dirs(const struct dv_obj *o, struct dv_emit *e, uint32_t *dir)
{
    uint32_t dirs = 1;
    for (uint32_t i = 0; i < o->files; i++) {
        uint32_t owner = dir_owner(o, i);
        if (!dv_rows_dir(o->file[i]))
            dir[i] = 0;
        else
            dir[i] = owner < i ? dir[owner] : dirs++;
    }
    dv_emit(e, "\1\1\x08", 3); /* one column: DW_LNCT_path, DW_FORM_string */
    dv_emit_uleb(e, dirs);
    dv_emit_text(e, ".");
    uint32_t next = 1;
    for (uint32_t i = 0; i < o->files; i++) {
        if (dir[i] != next)
            continue;
        dv_emit(e, o->file[i], dv_rows_dir(o->file[i]));
        dv_emit_uint(e, 0, 1);
        next++;
    }
}

static void put_file(const struct dv_obj *o, struct dv_emit *e, uint32_t file, const uint32_t *dir)
{
    const char *path = o->file[file];
    size_t n = dv_rows_dir(path);
    dv_emit_text(e, n ? path + n + 1 : path);
    dv_emit_uleb(e, dir[file]);
}

/* File 0 repeats file 1, so that readers that count from either find the primary source. */
static void put_files(const struct dv_obj *o, struct dv_emit *e)
{
    uint32_t *dir = calloc(o->files, sizeof *dir);
    if (!dir) {
        e->failed = true;
        return;
    }
    put_dirs(o, e, dir);
    dv_emit(e, "\2\1\x08\2\x0f", 5); /* DW_LNCT_path string, DW_LNCT_directory_index udata */
    dv_emit_uleb(e, o->files + 1ull);
    put_file(o, e, 0, dir);
    for (uint32_t i = 0; i < o->files; i++)
        put_file(o, e, i, dir);
    free(dir);
}

struct row {
    uint64_t pc;
    uint32_t file, line, col;
};

static void put_row(struct dv_emit *e, struct row *at, const struct row *to, unsigned unit)
{
    uint64_t advance = (to->pc - at->pc) / unit;
    int64_t lines = (int64_t)to->line - at->line;
    if (to->file != at->file) {
        dv_emit_uint(e, DW_LNS_set_file, 1);
        dv_emit_uleb(e, to->file);
    }
    if (to->col != at->col) {
        dv_emit_uint(e, DW_LNS_set_column, 1);
        dv_emit_uleb(e, to->col);
    }
    *at = *to;
    if (lines >= LINE_BASE && lines < LINE_BASE + LINE_RANGE && advance < 16) {
        dv_emit_uint(e, (uint64_t)(lines - LINE_BASE) + LINE_RANGE * advance + OPCODE_BASE, 1);
        return;
    }
    dv_emit_uint(e, DW_LNS_advance_pc, 1);
    dv_emit_uleb(e, advance);
    dv_emit_uint(e, DW_LNS_advance_line, 1);
    dv_emit_sleb(e, lines);
    dv_emit_uint(e, DW_LNS_copy, 1);
}

/* Readers keep lines in 31 and columns in 16 bits. */
static struct row clamp_row(const struct dv_line *l)
{
    return (struct row){l->pc, l->file + 1, l->line < INT32_MAX ? l->line : INT32_MAX,
                        l->col < COLUMN_MAX ? l->col : COLUMN_MAX};
}

static void put_program(const struct dv_obj *o, struct dv_emit *e, unsigned unit)
{
    struct row at = {0, 1, 1, 0};
    dv_emit(e, "\0\x09\2", 3); /* DW_LNE_set_address */
    dv_emit_uint(e, o->address[DV_TEXT], 8);
    for (uint32_t i = 0; i < o->lines; i++) {
        struct row to = clamp_row(&o->line[i]);
        if (to.pc < o->section[DV_TEXT].n)
            put_row(e, &at, &to, unit);
    }
    dv_emit_uint(e, DW_LNS_advance_pc, 1);
    dv_emit_uleb(e, (o->section[DV_TEXT].n - at.pc) / unit);
    dv_emit(e, "\0\1\1", 3); /* DW_LNE_end_sequence */
}

/* 4 bytes unless data in .text broke the word grid. */
static unsigned instruction_unit(const struct dv_obj *o)
{
    uint64_t any = o->section[DV_TEXT].n;
    for (uint32_t i = 0; i < o->lines; i++)
        any |= o->line[i].pc;
    return any & 3 ? 1 : 4;
}

void dv_rows_write(const struct dv_obj *o, struct dv_emit *e)
{
    unsigned unit = instruction_unit(o);
    dv_emit_uint(e, 0, 4);
    dv_emit_uint(e, 5, 2);
    dv_emit(e, "\x08\0", 2); /* address size, segment selector size */
    size_t header = e->b->n;
    dv_emit_uint(e, 0, 4);
    dv_emit_uint(e, unit, 1);
    dv_emit(e, "\1\1", 2); /* operations an instruction, default is_stmt */
    dv_emit_uint(e, (uint8_t)LINE_BASE, 1);
    dv_emit_uint(e, LINE_RANGE, 1);
    dv_emit_uint(e, OPCODE_BASE, 1);
    dv_emit(e, "\0\1\1\1\1\0\0\0\1\0\0\1", 12); /* operands of the standard opcodes */
    put_files(o, e);
    dv_emit_length(e, header);
    put_program(o, e, unit);
    dv_emit_length(e, 0);
}

/* ---- checking -------------------------------------------------------------------------------- */

struct cursor {
    const uint8_t *p;
    size_t n, at;
    bool bad;
};

static uint64_t get_uint(struct cursor *c, unsigned bytes)
{
    uint64_t v = 0;
    if (c->n - c->at < bytes) {
        c->bad = true;
        return 0;
    }
    for (unsigned i = 0; i < bytes; i++)
        v |= (uint64_t)c->p[c->at++] << 8 * i;
    return v;
}

static uint64_t get_uleb(struct cursor *c)
{
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
        uint64_t byte = get_uint(c, 1);
        v |= (byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return v;
    }
    c->bad = true;
    return 0;
}

/* Length of the text at the cursor, which moves behind it. */
static size_t skip_text(struct cursor *c)
{
    size_t n = strnlen((const char *)c->p + c->at, c->n - c->at);
    c->at += n;
    get_uint(c, 1);
    return n;
}

static void expect_bytes(struct cursor *c, const char *bytes, size_t n)
{
    if (c->n - c->at < n || memcmp(c->p + c->at, bytes, n))
        c->bad = true;
    else
        c->at += n;
}

/* The directory table: offsets of its texts in *dir (malloc'd), and the longest. */
static uint64_t take_dirs(struct cursor *c, size_t **dir, size_t *longest)
{
    expect_bytes(c, "\1\1\x08", 3);
    uint64_t n = get_uleb(c);
    if (c->bad || n > c->n - c->at) {
        c->bad = true;
        return 0;
    }
    *dir = calloc(n + 1, sizeof **dir);
    for (uint64_t i = 0; *dir && i < n; i++) {
        (*dir)[i] = c->at;
        size_t bytes = skip_text(c);
        *longest = bytes > *longest ? bytes : *longest;
    }
    return n;
}

/* Joins a file's name with its directory; entry 0 of the table stands for none. */
static char *join(const struct cursor *c, size_t dir, size_t name)
{
    const char *text = (const char *)c->p + name, *front = (const char *)c->p + dir;
    char *out = NULL;
    if (!dir)
        return strdup(text);
    return asprintf(&out, "%s/%s", front, text) < 0 ? NULL : out;
}

/* libdw joins directory and name of each file itself: all together must stay small. */
static enum dv_err take_files(struct cursor *c, const size_t *dir, uint64_t dirs, size_t longest,
                              struct dv_obj *o)
{
    size_t total = 0;
    expect_bytes(c, "\2\1\x08\2\x0f", 5);
    uint64_t n = get_uleb(c);
    if (c->bad || n < 2 || n > (c->n - c->at) / 2 || longest > DV_PATH_MAX)
        return DV_E_OBJECT;
    o->file = calloc(n, sizeof *o->file);
    if (!o->file)
        return DV_E_MEMORY;
    for (uint64_t i = 0; i < n; i++) {
        size_t name = c->at;
        total += skip_text(c) + longest;
        uint64_t in = get_uleb(c);
        if (c->bad || in >= dirs || total > DV_TEXTS_MAX)
            return DV_E_OBJECT;
        if (i && !(o->file[o->files] = join(c, in ? dir[in] : 0, name)))
            return DV_E_MEMORY;
        o->files += i > 0;
    }
    return DV_OK;
}

static enum dv_err take_paths(struct cursor *c, struct dv_obj *o)
{
    size_t *dir = NULL, longest = 0;
    uint64_t dirs = take_dirs(c, &dir, &longest);
    enum dv_err e = DV_E_OBJECT;
    if (!c->bad)
        e = dir ? take_files(c, dir, dirs, longest, o) : DV_E_MEMORY;
    free(dir);
    return e;
}

/* The program may use only what dwarf.c emits, and no more rows than `most`: libdw keeps each. */
static bool program_ok(struct cursor *c, uint64_t most)
{
    expect_bytes(c, "\0\x09\2", 3);
    get_uint(c, 8);
    for (uint64_t rows = 0; !c->bad && rows <= most;) {
        uint64_t op = get_uint(c, 1);
        if (op >= OPCODE_BASE || op == DW_LNS_copy)
            rows++;
        else if (op >= DW_LNS_advance_pc && op <= DW_LNS_set_column)
            get_uleb(c);
        else {
            expect_bytes(c, "\1\1", 2);
            return !op && !c->bad && c->at == c->n;
        }
    }
    return false;
}

enum dv_err dv_rows_check(const uint8_t *p, size_t n, struct dv_obj *o)
{
    struct cursor c = {p, n, 0, false};
    bool lengths = get_uint(&c, 4) == n - 4;
    expect_bytes(&c, "\5\0\x08\0", 4);
    uint64_t header = get_uint(&c, 4), start = c.at;
    uint64_t unit = get_uint(&c, 1);
    expect_bytes(&c, "\1\1\xfb\x0e\x0d\0\1\1\1\1\0\0\0\1\0\0\1", 17);
    if (c.bad || !lengths || (unit != 1 && unit != 4))
        return DV_E_OBJECT;
    enum dv_err e = take_paths(&c, o);
    if (e)
        return e;
    return header == c.at - start && program_ok(&c, 2 * o->section[DV_TEXT].n) ? DV_OK
                                                                               : DV_E_OBJECT;
}
