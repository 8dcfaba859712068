/* Decoded words as text, and mnemonics by name.
 *
 * Owns the canonical spelling: it walks the `form` of the row, so that the assembler's parser,
 * which walks the same form, reads back what this prints. */
#include "isa/near.h"
#include "isa/table.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Counts like snprintf, writes what fits. */
struct sheet {
    char *out;
    size_t size, n;
};

static void put_char(struct sheet *s, char c)
{
    if (s->n + 1 < s->size)
        s->out[s->n] = c;
    s->n++;
}

static void put_text(struct sheet *s, const char *text)
{
    while (*text)
        put_char(s, *text++);
}

static void put_lower(struct sheet *s, const char *text)
{
    while (*text)
        put_char(s, (char)tolower((unsigned char)*text++));
}

static void put_upper(struct sheet *s, const char *text)
{
    while (*text)
        put_char(s, (char)toupper((unsigned char)*text++));
}

static int finish(struct sheet *s)
{
    if (s->size)
        s->out[s->n < s->size ? s->n : s->size - 1] = 0;
    return (int)s->n;
}

/* Small numbers decimal, others hexadecimal. */
static void put_number(struct sheet *s, int64_t v)
{
    char buf[32];
    if (v > -4096 && v < 4096)
        snprintf(buf, sizeof buf, "%lld", (long long)v);
    else
        snprintf(buf, sizeof buf, "%s0x%llx", v < 0 ? "-" : "",
                 (unsigned long long)(v < 0 ? -(uint64_t)v : (uint64_t)v));
    put_text(s, buf);
}

static void put_target(struct sheet *s, int64_t offset, uint64_t pc)
{
    char buf[32];
    if (pc == DV_NO_PC)
        snprintf(buf, sizeof buf, "%+lld", (long long)offset);
    else
        snprintf(buf, sizeof buf, "0x%llx", (unsigned long long)(pc + (uint64_t)offset));
    put_text(s, buf);
}

static void put_spr(struct sheet *s, unsigned number)
{
    const struct dv_spr *spr = dv_spr_number(number);
    if (spr) {
        put_lower(s, spr->name);
    } else {
        put_text(s, "spr");
        put_number(s, number);
    }
}

static void put_value(struct sheet *s, const struct dv_field *f, int64_t v, uint64_t pc)
{
    const char *name = f->enum_id ? dv_enum_name(&dv_enums[f->enum_id - 1], (uint32_t)v) : NULL;
    if (name)
        put_text(s, name);
    else if (!strcmp(f->name, "spr"))
        put_spr(s, (unsigned)v);
    else if (f->is_rel)
        put_target(s, v, pc);
    else
        put_number(s, v);
}

static void put_hole(struct sheet *s, const struct dv_op *op, const struct dv_field *f, uint64_t pc)
{
    bool reg = f->name[0] == 'x' && f->name[1] && !f->name[2] && strchr("dnmt", f->name[1]);
    int64_t v = dv_op_get(op, f);
    if (reg) {
        put_char(s, 'x');
        put_number(s, v);
    } else if (!strcmp(f->name, "type")) {
        put_text(s, v ? dv_types[v].name : "<illegal>");
    } else {
        put_value(s, f, v, pc);
    }
}

int dv_isa_print(const struct dv_op *op, uint64_t pc, char *out, size_t size)
{
    const struct dv_insn *in = dv_op_insn(op);
    struct sheet s = {out, size, 0};
    for (const char *p = in->form; *p; p++) {
        if (*p != '{') {
            put_char(&s, *p);
            continue;
        }
        size_t n = strcspn(p, "}");
        put_hole(&s, op, dv_layout_field(in->layout, p + 1, n - 1), pc);
        p += n;
    }
    return finish(&s);
}

/* ---- table spelling -------------------------------------------------------------------------- */

/* The table writes the last name of a value (F for FIX). */
static const char *last_name(const struct dv_enum *e, uint32_t value)
{
    const char *name = NULL;
    for (int i = 0; i < e->values; i++)
        if (e->value[i].value == value)
            name = e->value[i].name;
    return name;
}

static void spell_hole(struct sheet *s, const struct dv_insn *in, const struct dv_field *f,
                       uint32_t word)
{
    const uint64_t w[2] = {word, 0};
    uint64_t raw = dv_field_get(f, w);
    for (int i = 0; i < in->types && !strcmp(f->name, "type"); i++) {
        if (in->type[i].code == raw) {
            put_text(s, dv_row_of(in)->spell[i]);
            return;
        }
    }
    const char *name = f->enum_id ? last_name(&dv_enums[f->enum_id - 1], (uint32_t)raw) : NULL;
    if (name)
        put_upper(s, name);
    else
        put_number(s, (int64_t)raw);
}

int dv_isa_spell(const struct dv_insn *in, uint32_t word, char *out, size_t size)
{
    struct sheet s = {out, size, 0};
    for (const char *p = in->table; *p; p++) {
        size_t n = strcspn(p, "}");
        const struct dv_field *f = *p == '{' && islower((unsigned char)p[1])
                                       ? dv_layout_field(in->layout, p + 1, n - 1)
                                       : NULL;
        if (!f) {
            put_char(&s, *p);
            continue;
        }
        spell_hole(&s, in, f, word);
        p += n;
    }
    return finish(&s);
}

/* ---- mnemonics ------------------------------------------------------------------------------- */

void dv_isa_each_stem(const char *stem, size_t n, bool (*fn)(void *, const struct dv_insn *),
                      void *ctx)
{
    for (unsigned i = 0; i < dv_insn_count; i++) {
        const struct dv_insn *in = &dv_insns[i];
        if (strlen(in->stem) == n && !strncasecmp(in->stem, stem, n) && !fn(ctx, in))
            return;
    }
}

static const char *stem_at(const void *ctx, unsigned i)
{
    (void)ctx;
    return i < dv_insn_count ? dv_insns[i].stem : NULL;
}

const char *dv_isa_nearest(const char *stem, size_t n)
{
    return dv_nearest(stem, n, 4, stem_at, NULL);
}
