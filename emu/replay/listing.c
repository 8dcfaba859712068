/* The words of a log as a listing, one line an instruction in order of pcs, and where a line of the
 * log or of the listing lies in the program. Owns how the listing looks. */
#include "emu/replay/state.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD = 3, COLUMN = 40 };

static int by_pc(const void *a, const void *b)
{
    const struct dv_dump_word *const *x = a, *const *y = b;

    return ((*x)->pc > (*y)->pc) - ((*x)->pc < (*y)->pc);
}

static bool sort(struct dv_dump *k)
{
    if (k->sorted)
        return true;
    if (!(k->sorted = malloc((k->words + 1ull) * sizeof *k->sorted)))
        return false;
    for (uint32_t i = 0; i < k->words; i++)
        k->sorted[i] = &k->word[i];
    qsort(k->sorted, k->words, sizeof *k->sorted, by_pc);
    return true;
}

/* Words that were never issued leave an empty line. */
static bool follows(const struct dv_dump *k, uint32_t i)
{
    return !i || k->sorted[i]->pc == k->sorted[i - 1]->pc + 4;
}

/* ---- the program by its listing -------------------------------------------------------------- */

enum dv_err dv_dump_list(struct dv_dump *k, const char *path, struct dv_diag *d)
{
    struct dv_obj *o = &k->listed;
    uint32_t line = HEAD;

    *o = *k->program;
    o->line = k->listed_line = calloc(k->words + 1ull, sizeof *o->line);
    o->file = k->listed_file;
    k->listed_file[0] = strdup(path);
    o->files = 1;
    o->lines = k->words;
    if (!o->line || !k->listed_file[0] || !sort(k))
        return dv_fail(d, DV_E_MEMORY, "out of memory for the listing");
    for (uint32_t i = 0; i < k->words; i++) {
        line += 1 + !follows(k, i);
        o->line[i] = (struct dv_line){.pc = k->sorted[i]->pc - k->base, .line = line, .col = 1};
    }
    return DV_OK;
}

const struct dv_obj *dv_dump_listed(const struct dv_dump *k)
{
    return &k->listed;
}

/* ---- the text -------------------------------------------------------------------------------- */

/* A file's name without its folder, in one line of text. */
static const char *plain(const char *name, char *out, size_t size)
{
    const char *slash = strrchr(name, '/');

    snprintf(out, size, "%s", slash ? slash + 1 : name);
    for (char *c = out; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = '?';
    return out;
}

static void put_head(const struct dv_dump *k, dv_dump_put *put, void *to)
{
    char line[512];
    int n = snprintf(line, sizeof line,
                     "// the %" PRIu32 " instructions that a log issues, in order of their pcs;\n"
                     "// behind each: its pc in the log, times issued, the line that is its first\n"
                     "\n",
                     k->words);

    put(to, line, (size_t)n);
}

static void put_word(const struct dv_dump *k, uint32_t i, dv_dump_put *put, void *to)
{
    const struct dv_dump_word *w = k->sorted[i];
    char line[800], text[200] = "?", name[256];
    const char *gap = follows(k, i) ? "" : "\n";

    dv_isa_print(&w->op, w->pc - k->base, text, sizeof text);
    int n = snprintf(line, sizeof line,
                     "%s    %-*s // 0x%06" PRIx64 " x%" PRIu64 " %s:%" PRIu64 "\n", gap, COLUMN,
                     text, w->pc, w->count, plain(k->file[w->file], name, sizeof name), w->at);
    put(to, line, (size_t)n);
}

void dv_dump_listing(const struct dv_dump *k, dv_dump_put *put, void *to)
{
    put_head(k, put, to);
    for (uint32_t i = 0; i < k->words; i++)
        put_word(k, i, put, to);
}

/* ---- places ---------------------------------------------------------------------------------- */

bool dv_dump_at_pc(const struct dv_dump *k, uint64_t pc, uint64_t *out)
{
    const struct dv_dump_word *w = dv_dump_word_find(k, pc);

    w = w ? w : dv_dump_word_find(k, pc + k->base);
    if (w)
        *out = w->pc - k->base;
    return w != NULL;
}

bool dv_dump_at_listed(struct dv_dump *k, uint64_t line, uint64_t *out)
{
    uint64_t at = HEAD;

    for (uint32_t i = 0; sort(k) && i < k->words && at < line; i++) {
        at += 1 + !follows(k, i);
        if (at == line)
            *out = k->sorted[i]->pc - k->base;
    }
    return at == line && line > HEAD;
}

static bool file_is(const char *name, const char *want, size_t n)
{
    size_t m = strlen(name);

    return m >= n && !memcmp(name + m - n, want, n) && (m == n || name[m - n - 1] == '/');
}

bool dv_dump_has_file(const struct dv_dump *k, const char *file, size_t n)
{
    for (uint32_t i = 0; i < k->files; i++)
        if (file_is(k->file[i], file, n))
            return true;
    return false;
}

/* Executions are counted in their block, as explanations count them. */
static bool find_on(const struct dv_dump *k, struct dv_dump_core *c, const char *file, size_t n,
                    uint64_t line, struct dv_dump_at *out)
{
    struct dv_dump_record r;
    uint32_t *count = calloc(k->words + 1ull, sizeof *count);
    uint32_t part = 0;
    bool found = false;

    while (count && !found && dv_dump_spool_get(&c->lines, &r, sizeof r)) {
        if (r.line.part != part)
            memset(count, 0, k->words * sizeof *count);
        part = r.line.part;
        count[r.line.op]++;
        found = r.at == line && (!n || file_is(k->file[r.file], file, n));
    }
    if (found)
        *out = (struct dv_dump_at){
            .pc = k->word[r.line.op].pc - k->base, .part = part, .nth = count[r.line.op]};
    free(count);
    return found;
}

bool dv_dump_at_line(struct dv_dump *k, const char *file, size_t n, uint64_t line,
                     struct dv_dump_at *out)
{
    bool found = false;

    for (unsigned i = 0; !found && i < DV_DUMP_CORES; i++) {
        struct dv_dump_core *c = k->core[i];
        if (!c || !c->lines.f)
            continue;
        rewind(c->lines.f);
        found = find_on(k, c, file, n, line, out);
        k->failed |= ferror(c->lines.f) != 0;
        out->core = found ? i : 0;
    }
    return found;
}
