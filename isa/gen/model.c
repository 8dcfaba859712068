/* Layouts, enums, spaces, special registers and type suffixes of the definition.
 *
 * Owns the rule that every bit of a layout is named once. Knows no instruction. */
#include "isa/gen/gen.h"

#include <ctype.h>
#include <string.h>

const char *const elem_names[] = {"",    "u8",  "s8",  "u16",  "s16", "u32", "s32",
                                  "u64", "s64", "f16", "bf16", "f32", "b4",  "s4",
                                  "b8",  "b16", "b32", "b64",  NULL};

static const char *const from_names[] = {
    "none",   "vendor-table", "vendor-source", "manual", "published", "measured", "documented",
    "fitted", "inferred",     "recalled",      "guess",  "ours",      "unknown",  NULL};

static const char *const unit_names[] = {"none", "bytes", "blocks", "elems", "fractals", NULL};
static const char *const kind_names[] = {"issue", "pipe", "scalar", "const", NULL};

static int find_word(const char *const *list, const char *word)
{
    for (int i = 0; list[i]; i++)
        if (!strcmp(list[i], word))
            return i;
    return -1;
}

int from_number(const char *word)
{
    int i = find_word(from_names, word);
    return i == 0 ? -1 : i;
}

int intern(struct names *set, const char *name)
{
    for (int i = 0; i < set->n; i++)
        if (!strcmp(set->name[i], name))
            return i;
    *PUSH(set->name, set->n) = name;
    return set->n - 1;
}

#define FIND(isa, list, count, wanted) \
    for (int i_ = 0; i_ < (isa)->count; i_++) \
        if (same((isa)->list[i_].name, wanted)) \
            return i_; \
    return -1

int find_layout(const struct isa *isa, const char *name)
{
    FIND(isa, layout, layouts, name);
}
int find_enum(const struct isa *isa, const char *name)
{
    FIND(isa, named, nameds, name);
}
int find_space(const struct isa *isa, const char *name)
{
    FIND(isa, space, spaces, name);
}
static int find_spr(const struct isa *isa, const char *name)
{
    FIND(isa, spr, sprs, name);
}
int find_field(const struct layout *l, const char *name)
{
    FIND(l, field, fields, name);
}

const char *enum_text(const struct named *e, uint64_t value, bool last)
{
    const char *found = NULL;
    for (int i = 0; i < e->values; i++)
        if (e->value[i].value == value && (last || !found))
            found = e->value[i].name;
    return found;
}

int pipe_number(const struct isa *isa, const char *name)
{
    int e = find_enum(isa, "pipe");
    for (int i = 0; e >= 0 && i < isa->named[e].values; i++)
        if (same(isa->named[e].value[i].name, name))
            return (int)isa->named[e].value[i].value;
    return -1;
}

/* ---- fields of words ------------------------------------------------------------------------- */

static uint64_t ones(int width)
{
    return width >= 64 ? ~0ull : (1ull << width) - 1;
}

uint64_t field_of(const struct field *f, uint32_t word)
{
    uint64_t v = 0;
    for (int i = 0; i < f->pieces; i++) {
        int n = f->hi[i] - f->lo[i] + 1;
        v = v << n | (word >> f->lo[i] & ones(n));
    }
    return v;
}

uint32_t field_bits(const struct field *f, uint64_t raw)
{
    uint64_t w = 0;
    int left = f->width;
    for (int i = 0; i < f->pieces; i++) {
        int n = f->hi[i] - f->lo[i] + 1;
        left -= n;
        w |= (raw >> left & ones(n)) << f->lo[i];
    }
    return (uint32_t)w;
}

int64_t field_value(const struct field *f, uint32_t word)
{
    uint64_t v = field_of(f, word);
    if (f->is_signed && v >> (f->width - 1) & 1)
        v |= ~ones(f->width);
    return (int64_t)(v << f->scale) + f->bias;
}

/* ---- type suffixes --------------------------------------------------------------------------- */

/* Longest element name that `s` starts with; its length in *n. */
static int elem_prefix(const char *s, size_t *n)
{
    int best = 0;
    *n = 0;
    for (int i = 1; elem_names[i]; i++) {
        size_t k = strlen(elem_names[i]);
        if (k > *n && !strncmp(s, elem_names[i], k)) {
            best = i;
            *n = k;
        }
    }
    return best;
}

int find_suffix(struct isa *isa, const char *name)
{
    size_t n;
    for (int i = 1; i < isa->suffixes; i++)
        if (!strcmp(isa->suffix[i].name, name))
            return i;
    struct suffix s = {.name = name};
    const char *p = name;
    s.src = s.dst = elem_prefix(p, &n);
    p += n;
    if (s.src && *p) {
        int dst = elem_prefix(p, &n);
        s.dst = dst ? dst : s.dst;
        p += n;
    }
    if (s.src && *p && strchr("acfoarz", *p))
        s.round = *p++;
    if (!s.src || *p)
        return -1;
    *PUSH(isa->suffix, isa->suffixes) = s;
    return isa->suffixes - 1;
}

static void build_suffix(struct isa *isa, const struct block *b)
{
    const struct line *l = &b->head;
    struct suffix s = {.at = l->at, .name = l->words > 1 ? l->word[1] : ""};
    if (!check_name(l->at, "suffix", s.name, 15, false))
        return;
    for (int i = 1; i < isa->suffixes; i++)
        if (!strcmp(isa->suffix[i].name, s.name)) {
            fail(l->at, "suffix %s is defined twice", s.name);
            return;
        }
    for (int i = 2; i < l->words; i++) {
        const char *value, *key = split_pair(l->word[i], &value);
        int elem = value ? find_word(elem_names, value) : -1;
        if (!strcmp(key, "src") && elem > 0)
            s.src = elem;
        else if (!strcmp(key, "dst") && elem > 0)
            s.dst = elem;
        else if (!strcmp(key, "round") && value && strlen(value) == 1 && strchr("acforz", *value))
            s.round = *value;
        else
            fail(l->at, "suffix %s: '%s' is not src=ELEM, dst=ELEM or round=LETTER", s.name,
                 l->word[i]);
    }
    if (!s.src || !s.dst)
        fail(l->at, "suffix %s needs src= and dst=", s.name);
    *PUSH(isa->suffix, isa->suffixes) = s;
}

/* ---- enums, spaces, sprs, version ------------------------------------------------------------ */

static void build_enum(struct isa *isa, const struct block *b)
{
    const struct line *l = &b->head;
    struct named e = {.at = l->at, .name = l->words > 1 ? l->word[1] : ""};
    if (!check_name(l->at, "enum", e.name, 24, false))
        return;
    if (find_enum(isa, e.name) >= 0)
        fail(l->at, "enum %s is defined twice", e.name);
    for (int i = 2; i < l->words; i++) {
        const char *value, *key = split_pair(l->word[i], &value);
        uint64_t v = 0;
        if (!value || !parse_number(value, &v) || v > UINT32_MAX) {
            fail(l->at, "enum %s: '%s' is not name=number", e.name, l->word[i]);
            continue;
        }
        for (int k = 0; k < e.values; k++)
            if (same(e.value[k].name, key))
                fail(l->at, "enum %s names %s twice", e.name, key);
        if (check_name(l->at, "enum value", key, 24, false))
            *PUSH(e.value, e.values) = (struct pair){.at = l->at, .name = key, .value = v};
    }
    if (!e.values)
        fail(l->at, "enum %s has no values", e.name);
    *PUSH(isa->named, isa->nameds) = e;
}

static void build_space(struct isa *isa, const struct block *b)
{
    const struct line *l = &b->head;
    const char *value = NULL, *key = l->words == 3 ? split_pair(l->word[2], &value) : "";
    uint64_t align = 0;
    if (strcmp(key, "align") || !value || !parse_number(value, &align) || !align || align > 4096 ||
        (align & (align - 1))) {
        fail(l->at, "a space is written: space NAME align=N, N a power of two up to 4096");
        return;
    }
    if (find_space(isa, l->word[1]) >= 0)
        fail(l->at, "space %s is defined twice", l->word[1]);
    if (check_name(l->at, "space", l->word[1], 7, false))
        *PUSH(isa->space, isa->spaces) = (struct space){l->at, l->word[1], (int)align};
}

static void spr_attribute(struct spr *s, const char *word)
{
    const char *value, *key = split_pair(word, &value);
    uint64_t v = 0;
    if (value && !strcmp(key, "number") && parse_number(value, &v)) {
        if (v > 127)
            fail(s->at, "spr %s: number %s does not fit seven bits", s->name, value);
        s->number = (int)(v & 127);
    } else if (value && !strcmp(key, "kind")) {
        s->kind = find_word(kind_names, value);
        if (s->kind < 0)
            fail(s->at, "spr %s: kind '%s' is not issue, pipe, scalar or const", s->name, value);
    } else if (value && !strcmp(key, "reset") && parse_number(value, &v)) {
        s->reset = v;
    } else if (value && !strcmp(key, "from")) {
        s->from = from_number(value);
        if (s->from < 0)
            fail(s->at, "spr %s: provenance '%s' is unknown", s->name, value);
    } else {
        fail(s->at, "spr %s: '%s' is not number=, kind=, reset= or from=", s->name, word);
    }
}

static void build_spr(struct isa *isa, const struct block *b)
{
    const struct line *l = &b->head;
    struct spr s = {
        .at = l->at, .name = l->words > 1 ? l->word[1] : "", .number = -1, .kind = -2, .from = -2};
    if (!check_name(l->at, "spr", s.name, 24, true))
        return;
    for (int i = 2; i < l->words; i++)
        spr_attribute(&s, l->word[i]);
    if (s.number < 0 || s.kind == -2 || s.from == -2)
        fail(l->at, "spr %s needs number=, kind= and from=", s.name);
    if (find_spr(isa, s.name) >= 0)
        fail(l->at, "spr %s is defined twice", s.name);
    for (int i = 0; i < isa->sprs; i++)
        if (isa->spr[i].number == s.number && s.number >= 0)
            fail(l->at, "spr number %d is already %s", s.number, isa->spr[i].name);
    s.index = s.kind == 0 ? isa->env++ : s.kind == 1 ? isa->live++ : 0;
    if (isa->env > 64 || isa->live > 32)
        fail(l->at, "too many special registers: at most 64 issue and 32 pipe registers");
    *PUSH(isa->spr, isa->sprs) = s;
}

static void build_version(struct isa *isa, const struct block *b)
{
    uint64_t v = 0;
    if (b->head.words != 2 || !parse_number(b->head.word[1], &v) || !v || v > 65535)
        fail(b->head.at, "the version is a number from 1 to 65535");
    if (isa->version)
        fail(b->head.at, "version is given twice");
    isa->version = (int)v;
}

/* ---- layouts --------------------------------------------------------------------------------- */

static const char *parse_bit(const char *p, int *bit)
{
    for (*bit = 0; isdigit((unsigned char)*p) && *bit < 1000; p++)
        *bit = *bit * 10 + (*p - '0');
    return p;
}

/* "31:25" or "7"; false when `word` is no piece at all. */
static bool parse_piece(const char *word, int *hi, int *lo)
{
    if (!isdigit((unsigned char)*word))
        return false;
    word = parse_bit(word, hi);
    *lo = *hi;
    if (*word == ':' && isdigit((unsigned char)word[1]))
        word = parse_bit(word + 1, lo);
    return !*word;
}

static void use_bits(struct layout *l, struct field *f, const char *word)
{
    int hi = f->hi[f->pieces], lo = f->lo[f->pieces];
    if (hi < lo || hi >= l->bits) {
        fail(f->at, "bits %s lie outside layout %s of %d bits", word, l->name, l->bits);
        return;
    }
    if (hi / 64 != lo / 64) {
        fail(f->at, "bits %s cross into the second register: write two pieces", word);
        return;
    }
    uint64_t m = ones(hi - lo + 1) << (lo & 63);
    if (l->used[lo / 64] & m)
        fail(f->at, "bits already used: %s", word);
    l->used[lo / 64] |= m;
    f->pieces++;
    f->width += hi - lo + 1;
}

static bool field_range(struct field *f, const char *word)
{
    const char *dots = strstr(word, "..");
    if (!dots)
        return false;
    f->has_range = parse_signed(keep(word, (size_t)(dots - word)), &f->min) &&
                   parse_signed(dots + 2, &f->max) && f->min <= f->max;
    return f->has_range;
}

static void field_attribute(const struct layout *l, struct field *f, const char *word)
{
    const char *value, *key = split_pair(word, &value);
    uint64_t v = 0;
    int unit = find_word(unit_names, word);
    bool number = value && parse_number(value, &v);
    if (unit > 0)
        f->unit = unit;
    else if (!strcmp(word, "signed"))
        f->is_signed = true;
    else if (!strcmp(word, "rel"))
        f->is_rel = f->is_signed = true;
    else if (!*key && number && l->bits != 32)
        f->has_default = true, f->def = v;
    else if (!*key && number)
        fail(f->at, "field %s: defaults are for config words only", f->name);
    else if (!strcmp(key, "scale") && number && v < 16)
        f->scale = (int)v;
    else if (!strcmp(key, "bias") && number && v < 256)
        f->bias = (int)v;
    else if (!strcmp(key, "enum") && value && *value)
        f->enum_name = value;
    else if (!strcmp(key, "alias") && value && check_name(f->at, "alias", value, 31, true))
        f->alias = value;
    else if (!field_range(f, word))
        fail(f->at, "field %s: unknown attribute '%s'", f->name, word);
}

static void check_field(const struct layout *l, const struct field *f)
{
    if (f->width > 64)
        fail(f->at, "field %s is wider than 64 bits", f->name);
    if (f->has_default && f->width < 64 && f->def >> f->width)
        fail(f->at, "field %s: default %llu does not fit %d bits", f->name,
             (unsigned long long)f->def, f->width);
    if (f->has_range && f->has_default && ((int64_t)f->def < f->min || (int64_t)f->def > f->max))
        fail(f->at, "field %s: default %llu is outside %lld..%lld", f->name,
             (unsigned long long)f->def, (long long)f->min, (long long)f->max);
    int64_t top = (int64_t)(ones(f->width - f->is_signed) << f->scale) + f->bias;
    if (f->has_range && f->width < 32 && f->max > top)
        fail(f->at, "field %s: range ends at %lld but the field at %lld", f->name,
             (long long)f->max, (long long)top);
    bool reg = strlen(f->name) == 2 && f->name[0] == 'x' && strchr("dnmt", f->name[1]);
    if (l->bits == 32 && reg && f->width != 5)
        fail(f->at, "register field %s must have 5 bits", f->name);
}

static void build_field(struct layout *l, const struct line *line)
{
    struct field f = {.at = line->at, .name = ""};
    int i = 0;
    for (; i < line->words && f.pieces < PIECES; i++) {
        if (!parse_piece(line->word[i], &f.hi[f.pieces], &f.lo[f.pieces]))
            break;
        int before = f.pieces;
        use_bits(l, &f, line->word[i]);
        if (f.pieces == before)
            return;
    }
    int hi, lo;
    if (!f.pieces || i >= line->words || parse_piece(line->word[i], &hi, &lo)) {
        fail(line->at, "a field is written: 1 to %d bit pieces, then its name", PIECES);
        return;
    }
    f.name = line->word[i++];
    f.must_zero = !strcmp(f.name, "-");
    f.unexplained = !strcmp(f.name, "?");
    if (f.must_zero || f.unexplained) {
        if (i < line->words)
            fail(line->at, "bits named '%s' take no attributes", f.name);
    } else if (check_name(line->at, "field", f.name, 24, false) && find_field(l, f.name) >= 0) {
        fail(line->at, "field %s is defined twice in layout %s", f.name, l->name);
    }
    for (; i < line->words && !f.must_zero && !f.unexplained; i++)
        field_attribute(l, &f, line->word[i]);
    check_field(l, &f);
    *PUSH(l->field, l->fields) = f;
}

static void check_covered(const struct layout *l)
{
    for (int bit = l->bits - 1; bit >= 0; bit--) {
        if (l->used[bit / 64] >> (bit & 63) & 1)
            continue;
        int lo = bit;
        while (lo > 0 && !(l->used[(lo - 1) / 64] >> ((lo - 1) & 63) & 1))
            lo--;
        fail(l->at, "layout %s leaves bits %d:%d unnamed", l->name, bit, lo);
        return;
    }
}

static void build_layout(struct isa *isa, const struct block *b)
{
    const struct line *h = &b->head;
    struct layout l = {.at = h->at, .name = h->words > 1 ? h->word[1] : ""};
    uint64_t bits = 0;
    if (h->words != 3 || !parse_number(h->word[2], &bits) ||
        (bits != 32 && bits != 64 && bits != 128)) {
        fail(h->at, "a layout is written: layout NAME 32|64|128");
        return;
    }
    l.bits = (int)bits;
    if (!check_name(h->at, "layout", l.name, 24, false))
        return;
    if (find_layout(isa, l.name) >= 0)
        fail(h->at, "layout %s is defined twice", l.name);
    int before = fail_count;
    for (int i = 0; i < b->lines; i++) {
        if (l.fields == 32) {
            fail(b->line[i].at, "layout %s has more than 32 fields", l.name);
            break;
        }
        build_field(&l, &b->line[i]);
    }
    if (fail_count == before)
        check_covered(&l);
    *PUSH(isa->layout, isa->layouts) = l;
}

static void resolve_enums(struct isa *isa)
{
    for (int i = 0; i < isa->layouts; i++) {
        for (int k = 0; k < isa->layout[i].fields; k++) {
            struct field *f = &isa->layout[i].field[k];
            f->enum_id = f->enum_name ? find_enum(isa, f->enum_name) + 1 : 0;
            if (f->enum_name && !f->enum_id)
                fail(f->at, "field %s: there is no enum %s", f->name, f->enum_name);
        }
    }
}

static const struct {
    const char *key;
    void (*build)(struct isa *, const struct block *);
} kinds[] = {
    {"version", build_version}, {"enum", build_enum},     {"space", build_space},
    {"spr", build_spr},         {"suffix", build_suffix}, {"layout", build_layout},
};

static void build_block(struct isa *isa, const struct block *b)
{
    const char *key = b->head.word[0];
    if (!strcmp(key, "insn"))
        return;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].key, key))
            continue;
        if (b->lines && kinds[i].build != build_layout)
            fail(b->line[0].at, "a %s has no indented lines", key);
        kinds[i].build(isa, b);
        return;
    }
    fail(b->head.at, "unknown block '%s'", key);
}

void build_model(struct isa *isa, const struct text *t)
{
    PUSH(isa->suffix, isa->suffixes)->name = "none";
    for (int i = 0; i < t->blocks; i++)
        build_block(isa, &t->block[i]);
    resolve_enums(isa);
    if (t->blocks && (!isa->version || find_enum(isa, "pipe") < 0))
        fail(t->block[0].head.at, "the definition needs a version line and an enum pipe");
}
