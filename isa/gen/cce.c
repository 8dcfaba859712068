/* Reads the `cce` lines: which intrinsics mean an entry and where their parameters go.
 *
 *     cce [c100] NAME[TYPE|TYPE ..](PARAMETER, ..) [FIELD=VALUE|VALUE ..] [-> ELEM]
 *
 * docs/isa-definition.md explains it; tests/bad/isa/cce_*.isa hold the errors. */
#include "isa/gen/cce.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

const char *print_text(const char *fmt, ...)
{
    char text[4096];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (n < 0 || (size_t)n >= sizeof text) {
        fprintf(stderr, "text too long: %s\n", fmt);
        exit(1);
    }
    return keep(text, (size_t)n);
}

static char *trim(const char *s, size_t n)
{
    while (n && *s == ' ')
        s++, n--;
    while (n && s[n - 1] == ' ')
        n--;
    return keep(s, n);
}

static const struct layout *config_of(const struct isa *isa, const struct insn *in)
{
    int i = in->bundle[in->on & 3 ? 0 : 1];
    return i < 0 ? NULL : &isa->layout[i];
}

/* ---- parameters ------------------------------------------------------------------------------ */

/* "field[7:0]" or "field[8]": cuts the slice off and keeps it. */
static bool take_slice(char *name, const struct field *f, struct param *p)
{
    char *open = strchr(name, '['), *end;
    p->hi = f ? f->width - 1 : 63;
    if (!open)
        return true;
    p->hi = p->lo = (int)strtol(open + 1, &end, 10);
    if (*end == ':')
        p->lo = (int)strtol(end + 1, &end, 10);
    *open = 0;
    return !strcmp(end, "]") && p->hi >= p->lo && p->lo >= 0 && f && p->hi < f->width;
}

static void take_config_place(const struct isa *isa, struct insn *in, const struct cce *c,
                              struct param *p, char *place)
{
    const struct layout *lay = config_of(isa, in);
    if (!place[3]) {
        p->place = PLACE_WHOLE;
        if (!lay || lay->bits != 64)
            fail(c->at, "cce %s: 'cfg' needs a config word of one register", c->name);
        return;
    }
    char *bare = keep(place + 4, strcspn(place + 4, "["));
    p->place = PLACE_CONFIG;
    p->index = lay ? find_field(lay, bare) : -1;
    const struct field *f = p->index < 0 ? NULL : &lay->field[p->index];
    if (!f || f->must_zero || f->unexplained)
        fail(c->at, "cce %s: the config word has no field %s", c->name, bare);
    else if (!take_slice(place, f, p))
        fail(c->at, "cce %s: bits of '%s' lie outside the field", c->name, place);
}

static void take_place(struct isa *isa, struct insn *in, const struct cce *c, struct param *p,
                       char *place)
{
    const struct layout *lay = layout_of(isa, in);
    if (!strcmp(place, "cfg") || !strncmp(place, "cfg.", 4)) {
        take_config_place(isa, in, c, p, place);
        return;
    }
    for (int i = 0; i < in->operands; i++) {
        if (!strcmp(in->operand[i].name, place)) {
            p->place = PLACE_OPERAND;
            p->index = i;
            return;
        }
    }
    int f = find_field(lay, place);
    if (slot_of(place) >= 0 && f >= 0 && in->role[f] == ROLE_REG) {
        p->place = PLACE_SLOT;
        p->index = slot_of(place);
        return;
    }
    p->place = PLACE_FIELD;
    p->index = f;
    if (f < 0 || (in->role[f] != ROLE_SEL && in->role[f] != ROLE_IMM))
        fail(c->at, "cce %s: there is no operand, register or field '%s'", c->name, place);
}

static const char *default_name(const char *place)
{
    if (!strcmp(place, "cfg"))
        return "config";
    place = strncmp(place, "cfg.", 4) ? place : place + 4;
    return keep(place, strcspn(place, "["));
}

static void take_param(struct isa *isa, struct insn *in, struct cce *c, char *text)
{
    struct param p = {.kind = NULL};
    const char *value;
    char *choice = strstr(text, "==");
    if (*text == '-') {
        p.place = PLACE_NOWHERE;
        p.name = text + 1;
    } else if (choice) {
        p.place = PLACE_CHOICE;
        p.name = trim(text, (size_t)(choice - text));
        if (!parse_number(choice + 2, &p.equal))
            fail(c->at, "cce %s: '%s' is not NAME==NUMBER", c->name, text);
    } else {
        p.behind = *text == '+';
        text += p.behind;
        char *colon = strchr(text, ':');
        if (colon && !memchr(text, '[', (size_t)(colon - text))) {
            p.kind = colon + 1;
            *colon = 0;
        }
        char *name = split_pair(text, &value);
        char *place = value ? keep(value, strlen(value)) : name;
        p.name = value ? name : default_name(place);
        take_place(isa, in, c, &p, place);
    }
    check_name(c->at, "parameter", p.name, 31, false);
    for (int i = 0; i < c->params; i++)
        if (!strcmp(c->param[i].name, p.name))
            fail(c->at, "cce %s: parameter %s is named twice", c->name, p.name);
    *PUSH(c->param, c->params) = p;
}

/* ---- the rest of a line ---------------------------------------------------------------------- */

static void take_type_list(const struct insn *in, struct cce *c, char *list)
{
    c->some_types = true;
    for (char *w = strtok(list, "|"); w; w = strtok(NULL, "|")) {
        int t = 0;
        w = trim(w, strlen(w));
        while (t < in->types && strcmp(in->type[t].name, w))
            t++;
        if (t == in->types)
            fail(c->at, "cce %s: the entry has no type '%s'", c->name, w);
        else
            c->on[t] = true;
    }
}

static const char *lower_name(const char *s)
{
    char *p = keep(s, strlen(s));
    for (char *q = p; *q; q++)
        *q = (char)tolower((unsigned char)*q);
    return p;
}

static bool fixed_value(const struct isa *isa, const struct field *f, const char *word, uint64_t *v)
{
    for (int i = 0; !strcmp(f->name, "spr") && i < isa->sprs; i++)
        if (!strcmp(isa->spr[i].name, word))
            return *v = (uint64_t)isa->spr[i].number, true;
    for (int i = 0; f->enum_id && i < isa->named[f->enum_id - 1].values; i++)
        if (!strcmp(isa->named[f->enum_id - 1].value[i].name, word))
            return *v = isa->named[f->enum_id - 1].value[i].value, true;
    return parse_number(word, v) && (f->width > 63 || !(*v >> f->width));
}

static const struct field *find_fixed(struct isa *isa, struct insn *in, struct cce *c,
                                      const char *name)
{
    const struct layout *lay = layout_of(isa, in), *config = config_of(isa, in);
    c->fix_name = name;
    c->fix = find_field(lay, name);
    if (c->fix >= 0 && (in->role[c->fix] == ROLE_SEL || in->role[c->fix] == ROLE_IMM))
        return &lay->field[c->fix];
    c->fix = config ? find_field(config, name) : -1;
    c->fix_config = true;
    if (c->fix < 0)
        fail(c->at, "cce %s: there is no field %s to fix", c->name, name);
    return c->fix < 0 ? NULL : &config->field[c->fix];
}

/* "spr=CTRL|FPC": one intrinsic for each value; they name it where the name has {spr}. */
static void take_clause(struct isa *isa, struct insn *in, struct cce *c, char *text)
{
    const char *value, *name = split_pair(text, &value);
    const struct field *f = value ? find_fixed(isa, in, c, name) : NULL;
    if (!value)
        fail(c->at, "cce %s: '%s' is not FIELD=VALUE", c->name, text);
    if (!f)
        return;
    char *list = keep(value, strlen(value));
    for (char *w = strtok(list, "|"); w; w = strtok(NULL, "|")) {
        struct pair p = {.at = c->at, .name = lower_name(trim(w, strlen(w)))};
        if (!fixed_value(isa, f, trim(w, strlen(w)), &p.value))
            fail(c->at, "cce %s: '%s' is no value of field %s", c->name, w, name);
        *PUSH(c->fix_value, c->fix_values) = p;
    }
}

/* {cond} without a clause stands for every value of that field. */
static void take_name_hole(struct isa *isa, struct insn *in, struct cce *c)
{
    const char *open = strchr(c->name, '{');
    for (; open; open = strchr(open + 1, '{')) {
        char *name = keep(open + 1, strcspn(open + 1, "}"));
        if (!strcmp(name, "type")) {
            if (!in->types)
                fail(c->at, "cce %s: the entry has no types", c->name);
        } else if (c->fix_values && !strcmp(name, c->fix_name)) {
            continue;
        } else if (c->fix_values) {
            fail(c->at, "cce %s: one field at most is fixed", c->name);
        } else {
            const struct field *f = find_fixed(isa, in, c, name);
            if (f && !f->enum_id)
                fail(c->at, "cce %s: field %s has no enum", c->name, name);
            for (int i = 0; f && f->enum_id && i < isa->named[f->enum_id - 1].values; i++)
                *PUSH(c->fix_value, c->fix_values) = isa->named[f->enum_id - 1].value[i];
        }
    }
}

/* ---- checks of a line ------------------------------------------------------------------------ */

static void check_config(const struct isa *isa, const struct insn *in, const struct cce *c)
{
    const struct layout *lay = config_of(isa, in);
    for (int i = 0; lay && i < lay->fields; i++) {
        uint64_t seen = 0;
        bool whole = false, twice = false;
        for (int k = 0; k < c->params; k++) {
            const struct param *p = &c->param[k];
            whole |= p->place == PLACE_WHOLE;
            if (p->place != PLACE_CONFIG || p->index != i)
                continue;
            uint64_t bits = (p->hi < 63 ? (1ull << (p->hi + 1)) : 0) - (1ull << p->lo);
            twice |= seen & bits;
            seen |= bits;
        }
        const struct field *f = &lay->field[i];
        bool fixed = c->fix_config && c->fix == i;
        if (twice || (fixed && seen))
            fail(c->at, "cce %s: config field %s is named twice", c->name, f->name);
        bool needed = !f->must_zero && !f->unexplained && !f->has_default;
        if (needed && !seen && !whole && !fixed && in->exec != EXEC_UNSUPPORTED)
            fail(c->at, "cce %s: config field %s is missing", c->name, f->name);
    }
}

static bool given(const struct cce *c, enum place place, int index)
{
    for (int k = 0; k < c->params; k++)
        if (c->param[k].place == place && c->param[k].index == index)
            return true;
    return false;
}

static void check_complete(struct isa *isa, struct insn *in, const struct cce *c)
{
    const struct layout *lay = layout_of(isa, in);
    for (int i = 0; i < in->operands; i++) {
        bool here = given(c, PLACE_OPERAND, i) || given(c, PLACE_SLOT, in->operand[i].slot);
        /* A second operand of a register may come with the first one, in its high half. */
        for (int k = 0; k < in->operands && in->operand[i].lo > 0; k++)
            here |= in->operand[k].slot == in->operand[i].slot && given(c, PLACE_OPERAND, k);
        if (!here)
            fail(c->at, "cce %s: operand %s is missing", c->name, in->operand[i].name);
    }
    for (int i = 0; i < lay->fields; i++) {
        bool open = in->role[i] == ROLE_SEL || in->role[i] == ROLE_IMM;
        bool fixed = c->fix == i && !c->fix_config && c->fix_values;
        int times = fixed;
        for (int k = 0; k < c->params; k++)
            times += c->param[k].place == PLACE_FIELD && c->param[k].index == i;
        if (open && !times)
            fail(c->at, "cce %s: field %s of the word is missing", c->name, lay->field[i].name);
        if (times > 1)
            fail(c->at, "cce %s: field %s is named twice", c->name, lay->field[i].name);
    }
    check_config(isa, in, c);
}

/* ---- a line ---------------------------------------------------------------------------------- */

/* What `dv isa` shows: the names of parameters only. */
static void add_shown(struct insn *in, const struct cce *c)
{
    const char *text = print_text("%s(", c->name);
    for (int i = 0; i < c->params; i++)
        text = print_text("%s%s%s", text, i ? ", " : "", c->param[i].name);
    in->cce = in->cce ? print_text("%s); %s", keep(in->cce, strlen(in->cce) - 1), text)
                      : print_text("%s", text);
    in->cce = print_text("%s)", in->cce);
}

static void take_params(struct isa *isa, struct insn *in, struct cce *c, const char *p,
                        const char *close)
{
    while (p < close) {
        size_t n = strcspn(p, ",");
        n = p + n > close ? (size_t)(close - p) : n;
        char *text = trim(p, n);
        if (*text || p + n < close || c->params)
            take_param(isa, in, c, text);
        p += n + 1;
    }
    if (c->params > ARGUMENTS - 2)
        fail(c->at, "cce %s: more than %d parameters", c->name, ARGUMENTS - 2);
}

static void take_tail(struct isa *isa, struct insn *in, struct cce *c, const char *p)
{
    const char *arrow = strstr(p, "->");
    char *clause = trim(p, arrow ? (size_t)(arrow - p) : strlen(p));
    if (*clause)
        take_clause(isa, in, c, clause);
    if (arrow)
        c->result = trim(arrow + 2, strlen(arrow + 2));
}

void take_cce(struct isa *isa, struct insn *in, const struct line *l)
{
    struct cce c = {.at = l->at, .fix = -1};
    const char *p = rest(l);
    c.old = !strncmp(p, "c100 ", 5) || !(in->on & 3);
    p += strncmp(p, "c100 ", 5) ? 0 : 5;
    size_t n = strcspn(p, "[(");
    c.name = trim(p, n);
    int before = fail_count;
    if (p[n] == '[') {
        size_t len = strcspn(p + n, "]");
        take_type_list(in, &c, keep(p + n + 1, len ? len - 1 : 0));
        n += len + (p[n + len] == ']');
    }
    const char *close = strchr(p + n, ')');
    if (p[n] != '(' || !close || !*c.name) {
        fail(l->at, "an intrinsic is written: cce NAME(PARAMETER, ..)");
        return;
    }
    take_params(isa, in, &c, p + n + 1, close);
    take_tail(isa, in, &c, close + 1);
    take_name_hole(isa, in, &c);
    if (fail_count == before)
        check_complete(isa, in, &c);
    add_shown(in, &c);
    *PUSH(in->intrinsic, in->intrinsics) = c;
}
