/* What a page of the instruction manual says: one entry of the definition, from syntax to
 * provenance. All facts come from the tables, the chip file and the build; how a page looks is a
 * style's business. */
#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include "emu/cli/manual.h"
#include "emu/cli/word.h"
#include "emu/core/time.h"

static const char *const slots[DV_SLOTS] = {"xd", "xn", "xm", "xt"};
static const char *const kinds[DV_KINDS] = {"aic", "aiv", "c100"};

/* ---- text that grows ------------------------------------------------------------------------- */

struct words {
    char text[1024];
    size_t n;
};

__attribute__((format(printf, 2, 3))) static void say(struct words *w, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(w->text + w->n, sizeof w->text - w->n, fmt, ap);
    va_end(ap);
    w->n += n < 0 ? 0 : (size_t)n;
    if (w->n >= sizeof w->text)
        w->n = sizeof w->text - 1;
}

/* ---- fields ---------------------------------------------------------------------------------- */

static void say_enum(struct words *w, const struct dv_enum *e)
{
    for (unsigned i = 0; i < e->values; i++)
        say(w, "%s%s=%u", i ? " " : "", e->value[i].name, e->value[i].value);
}

static void say_range(struct words *w, const struct dv_field *f)
{
    bool limited = (int64_t)f->min <= (int64_t)f->max;
    uint64_t top = f->width > 62 ? INT64_MAX : (1ull << (f->width - f->is_signed)) - 1;
    int64_t least = f->is_signed ? -(int64_t)top - 1 : 0, most = (int64_t)top;
    if (limited)
        say(w, "%" PRId64 "..%" PRId64, (int64_t)f->min, (int64_t)f->max);
    else if (f->width > 48)
        say(w, "%u bits", f->width);
    else
        say(w, "%" PRId64 "..%" PRId64, least * ((int64_t)1 << f->scale) + f->bias,
            most * ((int64_t)1 << f->scale) + f->bias);
    if (f->scale)
        say(w, ", in steps of %u", 1u << f->scale);
}

static bool is_register(const struct dv_field *f)
{
    for (unsigned i = 0; i < DV_SLOTS; i++)
        if (!strcmp(f->name, slots[i]))
            return true;
    return false;
}

/* What a field of the word is for. */
static void say_meaning(struct words *w, const struct dv_field *f, const struct dv_insn *in)
{
    uint64_t value;
    if (f->must_zero)
        say(w, "must be zero");
    else if (f->unexplained)
        say(w, "accepted, unexplained");
    else if (dv_field_fixed(f, in, &value))
        say(w, "fixed");
    else if (is_register(f))
        say(w, "register x0..x31");
    else if (!strcmp(f->name, "type"))
        say(w, "type code");
    else if (!strcmp(f->name, "spr"))
        say(w, "special register");
    else if (f->enum_id)
        say_enum(w, &dv_enums[f->enum_id - 1]);
    else if (f->is_rel)
        say(w, "byte offset of the target, ");
    if (!w->n || f->is_rel)
        say_range(w, f);
}

static void word_table(const struct dv_style *s, const struct dv_insn *in)
{
    static const char *const head[] = {"bits", "field", "value", "meaning"};
    s->table(head, 4);
    for (unsigned i = 0; i < in->layout->fields; i++) {
        const struct dv_field *f = &in->layout->field[i];
        struct words w = {0};
        char pieces[48], label[48];
        uint64_t value;
        bool fixed = dv_field_fixed(f, in, &value) && !f->unexplained;
        say_meaning(&w, f, in);
        const char *cell[] = {dv_pieces_text(f, pieces),
                              f->must_zero     ? "-"
                              : f->unexplained ? "?"
                                               : f->name,
                              fixed ? dv_field_label(f, in, label) : "", w.text};
        s->cells(cell, 4);
    }
    s->table_end();
}

static void bundle_row(const struct dv_style *s, const struct dv_field *f)
{
    static const char *const units[] = {"", "bytes", "blocks of 32 bytes", "elements", "fractals"};
    struct words range = {0}, def = {0};
    char pieces[48];
    bool gap = f->must_zero || f->unexplained;
    if (f->must_zero)
        say(&range, "must be zero");
    else if (f->unexplained)
        say(&range, "accepted, unexplained");
    else if (f->enum_id)
        say_enum(&range, &dv_enums[f->enum_id - 1]);
    else
        say_range(&range, f);
    if (!gap && f->has_default)
        say(&def, "%" PRIu64, f->def);
    else if (!gap)
        say(&def, "must be given");
    const char *cell[] = {dv_pieces_text(f, pieces),
                          f->must_zero     ? "-"
                          : f->unexplained ? "?"
                                           : f->name,
                          def.text,
                          range.text,
                          f->unit <= DV_UNIT_FRACTALS && !gap ? units[f->unit] : "",
                          f->alias && !gap ? f->alias : ""};
    s->cells(cell, 6);
}

static void bundle(const struct dv_style *s, const struct dv_insn *in)
{
    static const char *const head[] = {"bits", "field", "default", "range", "unit", "also"};
    struct words title = {0};
    if (!in->bundle)
        return;
    say(&title, "Config word %s in %s", in->bundle->name, slots[in->bundle_slot[0]]);
    if (in->bundle->bits == 128)
        say(&title, " (bits 63:0) and %s (127:64)", slots[in->bundle_slot[1]]);
    s->section(title.text);
    s->picture(in->bundle, NULL);
    s->table(head, 6);
    for (unsigned i = 0; i < in->bundle->fields; i++)
        bundle_row(s, &in->bundle->field[i]);
    s->table_end();
}

/* ---- operands and legality ------------------------------------------------------------------- */

static void operands(const struct dv_style *s, const struct dv_insn *in)
{
    static const char *const head[] = {"operand", "access", "memory", "address", "alignment"};
    if (!in->operands)
        return;
    s->section("Operands");
    s->table(head, 5);
    for (unsigned i = 0; i < in->operands; i++) {
        const struct dv_operand *o = &in->operand[i];
        struct words place = {0}, align = {0};
        unsigned bytes = o->align ? o->align : dv_spaces[o->space].align;
        say(&place, o->lo || o->hi != 63 ? "%s[%u:%u]" : "%s", slots[o->slot], o->hi, o->lo);
        say(&align, bytes == 1 ? "any byte" : "%u bytes", bytes);
        const char *cell[] = {o->name,
                              o->rw == (DV_READ | DV_WRITE) ? "read, written"
                              : o->rw == DV_WRITE           ? "written"
                                                            : "read",
                              dv_spaces[o->space].name, place.text, align.text};
        s->cells(cell, 5);
    }
    s->table_end();
}

static void legality(const struct dv_style *s, const struct dv_insn *in)
{
    bool gaps = false, ranges = false;
    struct words w = {0};
    for (unsigned i = 0; i < in->layout->fields; i++) {
        const struct dv_field *f = &in->layout->field[i];
        gaps |= f->must_zero;
        ranges |= f->enum_id || !strcmp(f->name, "spr") || (int64_t)f->min <= (int64_t)f->max;
    }
    if (in->types && !in->type_in_row)
        say(&w, "A type code that is not listed is ILLEGAL. ");
    if (ranges)
        say(&w, "A field value that is not listed is ILLEGAL. ");
    if (gaps)
        say(&w, "A set bit that must be zero is RESERVED. ");
    if (in->operands)
        say(&w, "A misaligned address is ALIGN, one outside its memory BOUNDS. ");
    for (unsigned i = 0; i < in->onlys; i++)
        say(&w, "%s%s%s", i ? "; " : "Legal combinations: ", in->only[i].text,
            i + 1 == in->onlys ? ". Others are ILLEGAL. " : "");
    if (w.n) {
        s->section("Legality");
        s->text(w.text);
    }
}

/* ---- model ----------------------------------------------------------------------------------- */

static const char *const sem_names[] = {
#define X(name) "sem_" #name,
    DV_SEM_LIST(X)
#undef X
};
static const char *const scalar_names[] = {
#define X(name) "scalar_" #name,
    DV_SCALAR_LIST(X)
#undef X
};
static const char *const engine_names[] = {
#define X(name) "engine_" #name,
    DV_ENGINE_LIST(X)
#undef X
};
static const char *const access_names[] = {
#define X(name) "access_" #name,
    DV_ACCESS_LIST(X)
#undef X
};
static const char *const lane_names[] = {
#define X(name) #name,
    DV_LANE_LIST(X)
#undef X
};

/* "dv_sem_burst in emu/sem/move.c" */
static void say_place(struct words *w, const char *name)
{
    for (const struct dv_model_place *p = dv_model_places; name && p->name; p++) {
        if (strcmp(p->name, name))
            continue;
        say(w, "%s in %s", p->function, p->file);
        return;
    }
    say(w, "%s", name ? name : "none");
}

static const char *model_name(const struct dv_insn *in)
{
    if (in->exec == DV_EXEC_SCALAR && in->sem)
        return scalar_names[in->sem - 1];
    if (in->exec == DV_EXEC_ENGINE)
        return in->sem ? engine_names[in->sem - 1] : NULL;
    return in->exec == DV_EXEC_ITEM && in->sem ? sem_names[in->sem - 1] : NULL;
}

static void say_sprs(struct words *w, uint64_t mask, unsigned kind)
{
    for (unsigned i = 0; i < dv_spr_count; i++)
        if (dv_sprs[i].kind == kind && mask >> dv_sprs[i].index & 1)
            say(w, "%s%s", w->n ? " " : "", dv_sprs[i].name);
}

static void model(const struct dv_style *s, const struct dv_insn *in)
{
    struct words place = {0}, shape = {0}, uses = {0}, live = {0};
    char why[256];
    s->section("Model");
    if (in->reason) {
        s->fact("executed", "no");
        snprintf(why, sizeof why, "%s (%s)", in->reason, dv_lack_names[in->lack]);
        s->fact("reason", why);
        if (in->instead)
            s->fact("instead", in->instead);
    } else {
        s->fact("executed", dv_insn_executed(in) ? "yes" : "no");
        say_place(&place, model_name(in));
        if (in->lane)
            say(&place, ", lane %s", lane_names[in->lane - 1]);
        s->fact("function", place.text);
    }
    if (in->access) {
        say(&shape, "%s: ", access_names[in->access - 1] + strlen("access_"));
        say_place(&shape, access_names[in->access - 1]);
        s->fact("footprint", shape.text);
    }
    say_sprs(&uses, in->uses, DV_SPR_ISSUE);
    say_sprs(&live, in->live, DV_SPR_PIPE);
    if (uses.n)
        s->fact("reads at issue", uses.text);
    if (live.n)
        s->fact("live registers", live.text);
    s->fact("intrinsic", in->cce ? in->cce : "none known");
    s->facts_end();
}

/* ---- time ------------------------------------------------------------------------------------ */

/* The chip whose numbers pages show; NULL when it does not load. */
static const struct dv_chip *shown_chip(void)
{
    static struct dv_chip chip;
    static int state;
    struct dv_diag d;
    dv_diag_init(&d);
    if (!state)
        state = dv_chip_load("910B1", &chip, &d) ? -1 : 1;
    return state > 0 ? &chip : NULL;
}

/* Rows of the cost list that price the types of the entry. */
static void listed_times(const struct dv_style *s, const struct dv_insn *in,
                         const struct dv_chip *chip)
{
    static const char *const head[] = {"type", "head", "each repeat", "tail", "from", "source"};
    s->table(head, 6);
    for (unsigned i = 0; i < in->types || !i; i++) {
        unsigned type = in->types ? in->type[i].type : 0, row = chip->cost_row[in->cost][type];
        char time[3][32];
        if (!row)
            continue;
        const struct dv_vcost *c = &chip->cost[row - 1];
        dv_chip_number_text(DV_PU_CYCLES, c->head, time[0], sizeof time[0]);
        dv_chip_number_text(DV_PU_CYCLES, c->each, time[1], sizeof time[1]);
        dv_chip_number_text(DV_PU_CYCLES, c->tail, time[2], sizeof time[2]);
        const char *cell[] = {type ? dv_types[type].name : "-", time[0],      time[1], time[2],
                              dv_from_name(c->origin.from),     c->origin.src};
        s->cells(cell, 6);
    }
    s->table_end();
}

/* Numbers that a class shares with others, by the beginning of their paths. */
static const struct {
    const char *class, *part;
} shared_numbers[] = {
    {"mmad", "core.cube."},
    {"l1_l0a", "core.load."},
    {"l1_l0a", "core.l1.write_slows"},
    {"l1_l0b", "core.load."},
    {"l1_l0b", "core.l1.write_slows"},
    {"gm_l1", "core.requests.reads"},
    {"gm_l1", "mem.core_rate"},
    {"gm_l1", "mem.latency"},
    {"gm_ub", "core.requests.reads"},
    {"gm_ub", "mem.core_rate"},
    {"gm_ub", "mem.latency"},
    {"nd2nz", "core.gm_l1.interval"},
    {"nd2nz", "core.gm_l1.flight"},
    {"nd2nz", "core.requests.reads"},
    {"nd2nz", "l2.latency"},
    {"nd2nz", "l2.nd_share"},
    {"nd2nz", "l2.read"},
    {"nd2nz", "mem.core_rate"},
    {"nd2nz", "mem.latency"},
    {"ub_gm", "core.requests.writes"},
    {"ub_gm", "l2.write"},
    {"fix_gm", "core.fix."},
    {"fix_gm", "core.requests.writes"},
    {"fix_gm", "l2.write"},
};

/* Does the number belong to the class? "core.NAME.x" and "core.NAME" do, and those of the list. */
static bool is_of_class(const char *path, const char *class)
{
    size_t n = strlen(class);
    if (!strncmp(path, "core.", 5) && !strncmp(path + 5, class, n) &&
        (path[5 + n] == '.' || !path[5 + n]))
        return true;
    for (size_t i = 0; i < sizeof shared_numbers / sizeof *shared_numbers; i++)
        if (!strcmp(class, shared_numbers[i].class) &&
            !strncmp(path, shared_numbers[i].part, strlen(shared_numbers[i].part)))
            return true;
    return false;
}

static void class_times(const struct dv_style *s, const struct dv_chip *chip, const char *class)
{
    static const char *const head[] = {"number", "value", "from", "source"};
    unsigned rows = 0;
    for (unsigned i = 0; i < DV_CHIP_PARAM_COUNT; i++) {
        char value[48];
        if (!is_of_class(dv_chip_params[i].path, class))
            continue;
        if (!rows++)
            s->table(head, 4);
        dv_chip_param_text(chip, i, value, sizeof value);
        const char *cell[] = {dv_chip_params[i].path, value, dv_from_name(chip->origin[i].from),
                              chip->origin[i].src};
        s->cells(cell, 4);
    }
    if (rows)
        s->table_end();
}

static void timing(const struct dv_style *s, const struct dv_insn *in)
{
    const struct dv_chip *chip = shown_chip();
    struct words title = {0};
    if (!dv_insn_executed(in) || !chip)
        return;
    say(&title, "Time on %s", chip->name);
    s->section(title.text);
    s->fact("class", in->cost                     ? dv_cost_names[in->cost]
                     : in->pipe_field || in->pipe ? "flag and barrier"
                                                  : "scalar");
    s->facts_end();
    if (in->cost && dv_time_listed(in->cost))
        listed_times(s, in, chip);
    else
        class_times(s, chip,
                    in->cost                   ? dv_cost_names[in->cost]
                    : !strcmp(in->stem, "bar") ? "barrier"
                    : in->pipe_field           ? "flag"
                                               : "scalar");
}

/* ---- page ------------------------------------------------------------------------------------ */

static void say_kinds(struct words *w, unsigned on)
{
    for (unsigned k = 0; k < DV_KINDS; k++)
        if (on & DV_ON(k))
            say(w, "%s%s", w->n ? " " : "", kinds[k]);
}

static void facts(const struct dv_style *s, const struct dv_insn *in)
{
    struct words value = {0}, cores = {0}, types = {0};
    unsigned rows = 0;
    for (unsigned i = 0; i < dv_opcode_count; i++)
        rows += &dv_insns[dv_opcodes[i].insn] == in;
    say(&value, "0x%08" PRIx32 ", mask 0x%08" PRIx32, in->match, in->mask);
    say_kinds(&cores, in->on);
    for (unsigned i = 0; i < in->types; i++)
        say(&types, "%s%s=%u", i ? " " : "", dv_types[in->type[i].type].name, in->type[i].code);
    s->fact("syntax", in->form);
    s->fact("opcode table", in->table);
    s->fact("class", in->unit);
    s->fact("value", value.text);
    if (rows > 1) {
        struct words n = {0};
        say(&n, "%u of the opcode table", rows);
        s->fact("rows", n.text);
    }
    s->fact("queue", in->pipe_field ? "chosen by a field of the word" : dv_pipe_json(in->pipe));
    s->fact("cores", cores.text);
    if (types.n)
        s->fact("types", types.text);
    s->facts_end();
}

static void provenance(const struct dv_style *s, const struct dv_insn *in)
{
    const unsigned from[] = {in->from_bits, in->from_bundle, in->from_sem, in->from_time};
    static const char *const aspect[] = {"bits", "config word", "meaning", "time"};
    s->section("Provenance");
    for (unsigned i = 0; i < 4; i++)
        if (from[i])
            s->fact(aspect[i], dv_from_name(from[i]));
    s->facts_end();
}

static void examples(const struct dv_style *s, const struct dv_insn *in)
{
    unsigned left = 0;
    for (unsigned i = 0; i < dv_example_count; i++)
        left += &dv_insns[dv_examples[i].insn] == in;
    if (left)
        s->section("Examples");
    bool first = true;
    for (unsigned i = 0; i < dv_example_count; i++) {
        struct words w = {0};
        if (&dv_insns[dv_examples[i].insn] != in)
            continue;
        say(&w, "0x%08" PRIx32 "  %s", dv_examples[i].word, dv_examples[i].text);
        s->code(w.text, first, !--left);
        first = false;
    }
}

void dv_manual_page(const struct dv_style *s, const struct dv_insn *in)
{
    struct words title = {0};
    s->entry(in);
    s->text(in->doc);
    facts(s, in);
    say(&title, "Word %s", in->layout->name);
    s->section(title.text);
    s->picture(in->layout, in);
    word_table(s, in);
    bundle(s, in);
    operands(s, in);
    legality(s, in);
    model(s, in);
    timing(s, in);
    provenance(s, in);
    examples(s, in);
    s->entry_end();
}

bool dv_manual_print(const char *name)
{
    bool found = false;
    for (unsigned i = 0; i < dv_insn_count; i++) {
        const struct dv_insn *in = &dv_insns[i];
        if (strcasecmp(in->name, name) && strcasecmp(in->stem, name))
            continue;
        dv_manual_page(&dv_style_text, in);
        found = true;
    }
    return found;
}

void dv_manual_list(void)
{
    for (unsigned i = 0; i < dv_insn_count; i++) {
        const struct dv_insn *in = &dv_insns[i];
        printf("%-32s %-5s %-7s %s\n", in->name, in->unit, dv_pipe_json(in->pipe),
               in->reason ? "defined" : "executed");
    }
}
