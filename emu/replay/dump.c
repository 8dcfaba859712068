/* Lines to records: every line is held against the word it names, then spooled a core. */
#include "emu/replay/state.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WORDS_MOST = 1 << 22 };

static enum dv_err fault(struct dv_dump *k, uint32_t file, uint64_t at, struct dv_diag *d,
                         enum dv_err code, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
static enum dv_err fault(struct dv_dump *k, uint32_t file, uint64_t at, struct dv_diag *d,
                         enum dv_err code, const char *fmt, ...)
{
    char text[512];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    dv_fail(d, code, "%s", text);
    dv_diag_at(d, k->file[file], at > INT32_MAX ? INT32_MAX : (int)at, 1);
    return code;
}

/* ---- spools ---------------------------------------------------------------------------------- */

/* In the folder of TMPDIR, gone when it is closed. */
static FILE *spool_open(void)
{
    const char *dir = getenv("TMPDIR");
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/dv-replay-XXXXXX", dir && *dir ? dir : "/tmp");
    int fd = n < (int)sizeof path ? mkstemp(path) : -1;
    FILE *f = fd >= 0 ? fdopen(fd, "w+b") : NULL;

    if (fd >= 0)
        unlink(path);
    if (fd >= 0 && !f)
        close(fd);
    return f;
}

bool dv_dump_spool_end(struct dv_dump_spool *s)
{
    return !s->f || (!fflush(s->f) && !ferror(s->f) && !fseek(s->f, 0, SEEK_SET));
}

bool dv_dump_spool_add(struct dv_dump_spool *s, const void *p, size_t bytes)
{
    if (!s->f && !(s->f = spool_open()))
        return false;
    s->n++;
    return fwrite(p, bytes, 1, s->f) == 1;
}

static enum dv_err spooled(bool good, struct dv_diag *d)
{
    return good ? DV_OK
                : dv_fail(d, DV_E_IO,
                          "cannot write a temporary file under %.200s for the lines of the log: %s",
                          getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp", strerror(errno));
}

/* ---- words ----------------------------------------------------------------------------------- */

static uint32_t hash(uint64_t pc, uint32_t places)
{
    return (uint32_t)(pc * 0x9e3779b97f4a7c15ull >> 32) & (places - 1);
}

struct dv_dump_word *dv_dump_word_find(const struct dv_dump *k, uint64_t pc)
{
    for (uint32_t i = k->places ? hash(pc, k->places) : 0; k->places && k->place[i];
         i = (i + 1) & (k->places - 1))
        if (k->word[k->place[i] - 1].pc == pc)
            return &k->word[k->place[i] - 1];
    return NULL;
}

static void word_place(struct dv_dump *k, uint32_t index)
{
    uint32_t i = hash(k->word[index].pc, k->places);

    while (k->place[i])
        i = (i + 1) & (k->places - 1);
    k->place[i] = index + 1;
}

static bool words_grow(struct dv_dump *k)
{
    uint32_t room = k->room ? 2 * k->room : 1024;
    struct dv_dump_word *word = realloc(k->word, room * sizeof *word);
    uint32_t *place = word ? calloc(2ull * room, sizeof *place) : NULL;

    k->word = word ? word : k->word;
    if (!place)
        return false;
    free(k->place);
    k->place = place;
    k->places = 2 * room;
    k->room = room;
    for (uint32_t i = 0; i < k->words; i++)
        word_place(k, i);
    return true;
}

static enum dv_err no_word(struct dv_dump *k, const struct dv_dump_source *s, uint64_t at,
                           uint32_t word, struct dv_diag *d)
{
    unsigned others = DV_ON_ANY & ~k->kinds;
    struct dv_diag why;
    struct dv_op op;

    if (dv_isa_decode(word, others, &op, NULL, NULL) == DV_OK) {
        fault(k, s->file, at, d, DV_E_CONFIG,
              "0x%08x is a word of %s and none of %s: a log of the other generation", word,
              k->other, k->generation);
        dv_diag_fix(d, "replay it on a chip of %s (--chip; 'dv chip' lists them)", k->other);
        return d->code;
    }
    dv_diag_init(&why);
    dv_isa_decode(word, k->kinds, &op, NULL, &why);
    return fault(k, s->file, at, d, DV_E_SYNTAX, "0x%08x is no instruction of %s: %.200s", word,
                 k->generation, why.text[0] ? why.text : "no such word");
}

static enum dv_err word_of(struct dv_dump *k, const struct dv_dump_source *s, uint64_t at,
                           const struct dv_popped *p, struct dv_dump_word **out, struct dv_diag *d)
{
    struct dv_dump_word *w = *out = dv_dump_word_find(k, p->pc);

    if (w && w->op.word != p->word)
        return fault(k, s->file, at, d, DV_E_SYNTAX,
                     "pc 0x%llx holds 0x%08x here and 0x%08x in line %llu: logs of two programs?",
                     (unsigned long long)p->pc, p->word, w->op.word, (unsigned long long)w->at);
    if (w)
        return DV_OK;
    if (p->pc % 4)
        return fault(k, s->file, at, d, DV_E_SYNTAX, "pc 0x%llx is no multiple of 4",
                     (unsigned long long)p->pc);
    if (k->words == WORDS_MOST || (k->words == k->room && !words_grow(k)))
        return dv_fail(d, DV_E_MEMORY, "the log holds more than %d different instructions",
                       k->words);
    w = *out = &k->word[k->words];
    *w = (struct dv_dump_word){.pc = p->pc, .at = at, .file = s->file};
    if (dv_isa_decode(p->word, k->kinds, &w->op, NULL, NULL) != DV_OK)
        return no_word(k, s, at, p->word, d);
    word_place(k, k->words++);
    return DV_OK;
}

/* ---- is the line what its word says? --------------------------------------------------------- */

/* Pipes as logs call them; a number of ours, or one of the following. */
enum { ON_S = DV_PIPE_COUNT, ON_ANY, ON_A5, ON_NONE };

static unsigned pipe_of(const char *text)
{
    static const struct {
        const char *name;
        uint8_t pipe;
    } pipes[] = {{"SCALAR", ON_S},       {"SCALARLDST", ON_S},   {"VEC", DV_PIPE_V},
                 {"VECTOR", DV_PIPE_V},  {"VECTOR0", DV_PIPE_V}, {"VEC0", DV_PIPE_V},
                 {"CUBE", DV_PIPE_M},    {"MTE1", DV_PIPE_MTE1}, {"MTE2", DV_PIPE_MTE2},
                 {"MTE3", DV_PIPE_MTE3}, {"FIXP", DV_PIPE_FIX},  {"FIX_PIPE", DV_PIPE_FIX},
                 {"FLOWCTRL", ON_ANY},   {"FC", ON_ANY},         {"ALL", ON_ANY},
                 {"PUSHQ", ON_A5}};

    for (unsigned i = 0; i < sizeof pipes / sizeof *pipes; i++)
        if (!strcmp(text, pipes[i].name))
            return pipes[i].pipe;
    return !strncmp(text, "RVEC", 4) || !strncmp(text, "WARP", 4) ? ON_A5 : ON_NONE;
}

static enum dv_err generation(struct dv_dump *k, const struct dv_dump_source *s, uint64_t at,
                              const struct dv_popped *p, struct dv_diag *d)
{
    bool lower = p->style == DV_LINE_LOWER;

    fault(k, s->file, at, d, DV_E_CONFIG, "a log of %s%s: this replays logs of %s",
          lower ? "dav-m200 (310P) or dav-c100 (910A)" : "dav-3510 (A5)",
          lower ? " in the old text form, which holds no registers" : "", k->generation);
    dv_diag_fix(d, lower ? "logs of dv run --log replay on every chip"
                         : "that generation is not modelled");
    return d->code;
}

static enum dv_err pipe_check(struct dv_dump *k, const struct dv_dump_source *s, uint64_t at,
                              const struct dv_popped *p, const struct dv_op *op, struct dv_diag *d)
{
    unsigned pipe = pipe_of(p->pipe);
    bool item = op->exec != DV_EXEC_SCALAR && op->exec != DV_EXEC_ENGINE;

    if (pipe == ON_NONE)
        return fault(k, s->file, at, d, DV_E_SYNTAX, "no pipe is called %s", p->pipe);
    if (pipe == op->pipe || (!item && (pipe == ON_S || pipe == ON_ANY)))
        return DV_OK;
    return fault(k, s->file, at, d, DV_E_SYNTAX,
                 "the line says pipe %s, 0x%08x (%s) is an instruction of %s", p->pipe, p->word,
                 dv_op_insn(op)->stem, dv_pipe_json(op->pipe));
}

/* Registers whose values an instruction of a log must tell. */
static unsigned needed(const struct dv_op *op)
{
    if (op->exec == DV_EXEC_SCALAR)
        return 0;
    return op->exec == DV_EXEC_ENGINE ? op->slots & ~(1u << DV_XD) : op->slots;
}

static enum dv_err operands_check(struct dv_dump *k, const struct dv_dump_source *s, uint64_t at,
                                  const struct dv_popped *p, const struct dv_op *op,
                                  struct dv_diag *d)
{
    static const char *const name[DV_SLOTS] = {"XD", "XN", "XM", "XT"};

    for (unsigned i = 0; i < DV_SLOTS; i++) {
        if (!(needed(op) >> i & 1))
            continue;
        if (!(p->valued >> i & 1))
            return fault(k, s->file, at, d, DV_E_SYNTAX,
                         "no value of %s (%s:X%u=0x..), which %s needs", name[i], name[i], op->x[i],
                         dv_op_insn(op)->stem);
        if (p->reg[i] != op->x[i])
            return fault(k, s->file, at, d, DV_E_SYNTAX, "%s is X%u here, X%u in the word 0x%08x",
                         name[i], p->reg[i], op->x[i], p->word);
        for (unsigned o = 0; o < i; o++)
            if (needed(op) >> o & 1 && op->x[o] == op->x[i] && p->x[o] != p->x[i])
                return fault(k, s->file, at, d, DV_E_SYNTAX, "X%u has two values", op->x[i]);
    }
    return DV_OK;
}

/* ---- cores ----------------------------------------------------------------------------------- */

static enum dv_err core_of(struct dv_dump *k, const struct dv_dump_source *s, uint64_t at,
                           const struct dv_popped *p, struct dv_dump_core **out, struct dv_diag *d)
{
    unsigned have = k->merged + k->aic + k->aiv;
    unsigned slot = s->slot >= 0   ? (unsigned)s->slot
                    : p->core >= 0 ? (unsigned)p->core
                                   : (unsigned)DV_DUMP_CORES;

    if (slot != DV_DUMP_CORES && (slot >= have || slot >= DV_DUMP_CORES)) {
        fault(k, s->file, at, d, DV_E_CONFIG, "core %u: cores of this chip are 0 .. %u", slot,
              have - 1);
        dv_diag_fix(d, "replay it on the chip it was made for (--chip; 'dv chip' lists them)");
        return d->code;
    }
    if (!k->core[slot] && !(k->core[slot] = calloc(1, sizeof **k->core)))
        return dv_fail(d, DV_E_MEMORY, "out of memory");
    *out = k->core[slot];
    if ((*out)->lines.n || (*out)->kinds)
        return DV_OK;
    (*out)->kinds = (uint8_t)(slot == DV_DUMP_CORES ? k->kinds
                              : k->merged           ? DV_ON(DV_C100)
                              : slot < k->aic       ? DV_ON(DV_AIC)
                                                    : DV_ON(DV_AIV));
    return DV_OK;
}

static enum dv_err kinds_check(struct dv_dump *k, const struct dv_dump_source *s, uint64_t at,
                               struct dv_dump_core *c, const struct dv_op *op, struct dv_diag *d)
{
    unsigned on = c->kinds & dv_op_insn(op)->on;

    if (on) {
        c->kinds = (uint8_t)on;
        return DV_OK;
    }
    fault(k, s->file, at, d, DV_E_CONFIG,
          c->kinds & (c->kinds - 1)
              ? "0x%08x (%s) is no instruction of this core"
              : "0x%08x (%s) is no instruction of this core, an %s by its number or what it "
                "issued before: a log of another chip?",
          op->word, dv_op_insn(op)->stem, c->kinds & DV_ON(DV_AIC) ? "AIC" : "AIV");
    dv_diag_fix(d, "merged cores issue both: --chip 910A; else name the chip it was made for");
    return d->code;
}

/* ---- a line ---------------------------------------------------------------------------------- */

static void gm_note(struct dv_dump *k, const struct dv_popped *p, const struct dv_op *op)
{
    const struct dv_insn *in = dv_op_insn(op);

    for (unsigned i = 0; op->exec == DV_EXEC_ITEM && i < in->operands; i++) {
        const struct dv_operand *o = &in->operand[i];
        unsigned width = (unsigned)o->hi - o->lo + 1;
        uint64_t v = p->x[o->slot] >> o->lo & (width == 64 ? UINT64_MAX : (1ull << width) - 1);
        if (o->space != DV_SPACE_GM)
            continue;
        k->gm_lo = !k->gm_used || v < k->gm_lo ? v : k->gm_lo;
        k->gm_hi = !k->gm_used || v > k->gm_hi ? v : k->gm_hi;
        k->gm_used = true;
    }
}

static enum dv_err issue(struct dv_dump *k, const struct dv_dump_source *s, uint64_t at,
                         const struct dv_popped *p, struct dv_dump_word *w, struct dv_dump_core *c,
                         struct dv_diag *d)
{
    const struct dv_op *op = &w->op;
    struct dv_dump_record r = {.at = at, .file = s->file};

    if (c->lines.n && p->tick < c->last)
        return fault(k, s->file, at, d, DV_E_SYNTAX,
                     "tick %llu comes after %llu: the lines of a core are out of order",
                     (unsigned long long)p->tick, (unsigned long long)c->last);
    enum dv_err e = kinds_check(k, s, at, c, op, d);
    if (!e)
        e = pipe_check(k, s, at, p, op, d);
    if (!e)
        e = operands_check(k, s, at, p, op, d);
    if (e)
        return e;
    gm_note(k, p, op);
    memcpy(r.line.x, p->x, sizeof r.line.x);
    r.line.tick = c->last = p->tick;
    r.line.op = (uint32_t)(w - k->word);
    r.line.part = c->part;
    if (!c->lines.n)
        c->first = p->tick;
    bool end = op->exec == DV_EXEC_ENGINE && op->sem == DV_ENGINE_end;
    c->part += end;
    c->open = !end;
    c->last_file = s->file;
    c->last_at = at;
    w->count++;
    k->lines++;
    k->items += op->pipe != DV_PIPE_S && op->pipe < DV_DUMP_PIPES;
    return spooled(dv_dump_spool_add(&c->lines, &r, sizeof r), d);
}

/* A completion: times are compared with it, nothing else. */
static enum dv_err completion(struct dv_dump_core *c, const struct dv_popped *p,
                              struct dv_dump_word *w, struct dv_diag *d)
{
    if (w->op.pipe == DV_PIPE_S || w->op.pipe >= DV_DUMP_PIPES)
        return DV_OK;
    return spooled(dv_dump_spool_add(&c->done[w->op.pipe], &p->tick, sizeof p->tick), d);
}

enum dv_err dv_dump_line(struct dv_dump *k, const struct dv_dump_source *s, uint64_t at,
                         const char *text, size_t n, struct dv_diag *d)
{
    struct dv_dump_core *c = NULL;
    struct dv_dump_word *w = NULL;
    struct dv_popped p;
    const char *why;
    enum dv_line_is is = dv_line_read(text, n, &p, &why);

    if (is == DV_LINE_OTHER)
        return DV_OK;
    if (is == DV_LINE_BAD)
        return fault(k, s->file, at, d, DV_E_SYNTAX, "no line of an instruction log: %s", why);
    if (p.style != DV_LINE_PLAIN || pipe_of(p.pipe) == ON_A5)
        return generation(k, s, at, &p, d);
    enum dv_err e = word_of(k, s, at, &p, &w, d);
    if (!e)
        e = core_of(k, s, at, &p, &c, d);
    if (e)
        return e;
    k->last = p.tick > k->last ? p.tick : k->last;
    return s->issues || (!s->ends && p.issue) ? issue(k, s, at, &p, w, c, d)
                                              : completion(c, &p, w, d);
}

/* ---- the whole ------------------------------------------------------------------------------- */

static void chip_note(struct dv_dump *k, const struct dv_chip *chip)
{
    k->merged = (unsigned)DV_P(chip, merged);
    k->aic = k->merged ? 0 : (unsigned)DV_P(chip, aic);
    k->aiv = k->merged ? 0 : (unsigned)DV_P(chip, aiv);
    k->kinds = k->merged ? DV_ON(DV_C100) : DV_ON(DV_AIC) | DV_ON(DV_AIV);
    k->generation = k->merged ? "dav-c100" : "dav-c220";
    k->other = k->merged ? "dav-c220" : "dav-c100";
}

static enum dv_err core_end(struct dv_dump_core *c, struct dv_diag *d)
{
    bool good = dv_dump_spool_end(&c->lines);

    for (unsigned p = 0; p < DV_DUMP_PIPES; p++)
        good = dv_dump_spool_end(&c->done[p]) && good;
    return spooled(good, d);
}

enum dv_err dv_dump_open(const char *path, const struct dv_chip *chip, struct dv_dump **out,
                         struct dv_diag *d)
{
    struct dv_dump *k = *out = calloc(1, sizeof *k);

    if (!k)
        return dv_fail(d, DV_E_MEMORY, "out of memory");
    chip_note(k, chip);
    enum dv_err e = dv_dump_read(k, path, d);
    if (!e && !k->lines) {
        e = dv_fail(d, DV_E_SYNTAX, "'%.300s' holds no line of an issue", path);
        dv_diag_fix(d, "issue lines have ISSUE behind the pipe, or are in instr_popped_log.dump");
    }
    for (unsigned i = 0; !e && i < DV_DUMP_SLOTS; i++)
        e = k->core[i] ? core_end(k->core[i], d) : DV_OK;
    return e ? e : dv_dump_link(k, d);
}

static void core_free(struct dv_dump_core *c)
{
    if (c && c->lines.f)
        fclose(c->lines.f);
    for (unsigned p = 0; c && p < DV_DUMP_PIPES; p++)
        if (c->done[p].f)
            fclose(c->done[p].f);
    free(c);
}

void dv_dump_free(struct dv_dump *k)
{
    if (!k)
        return;
    for (unsigned i = 0; i < DV_DUMP_SLOTS; i++)
        core_free(k->core[i]);
    for (uint32_t i = 0; i < k->files; i++)
        free(k->file[i]);
    free(k->file);
    free(k->word);
    free(k->place);
    free(k->tally);
    dv_obj_free(k->program);
    free(k->listed_line);
    free(k->listed_file[0]);
    free(k->sorted);
    free(k);
}
