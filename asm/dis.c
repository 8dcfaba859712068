/* The disassembler: an object as text that assembles to the same bytes.
 *
 * Owns labels, directives and the choice between an instruction and .word. The text of one
 * instruction is isa's. Names out of files are printed only when they are safe to read back. */
#include "asm/sheet.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct dis {
    const struct dv_obj *o;
    struct dv_sheet s;
    struct dv_labels labels;
    unsigned kinds;
    uint32_t kernel; /* next kernel to describe */
};

static const char *const section_names[DV_SECTIONS] = {".text", ".rodata", ".data", ".bss"};

/* ---- kernel interface ------------------------------------------------------------------------ */

static void put_line(struct dis *s, const char *directive, const char *text)
{
    dv_sheet_text(&s->s, directive);
    dv_sheet_clean(&s->s, text);
    dv_sheet_text(&s->s, "\n");
}

/* ", key=text" when there is one. */
static void put_option(struct dis *s, const char *key, const char *text)
{
    if (!text)
        return;
    dv_sheet_print(&s->s, ", %s=", key);
    dv_sheet_clean(&s->s, text);
}

static void put_param(struct dis *s, const struct dv_param *p)
{
    static const char *const roles[] = {"in", "out", "inout", "scratch"};
    dv_sheet_text(&s->s, ".param  ");
    dv_sheet_clean(&s->s, p->name);
    if (p->role != DV_PARAM_SCALAR)
        dv_sheet_print(&s->s, ", %s", roles[p->role]);
    dv_sheet_print(&s->s, ", %s", dv_elem_name((enum dv_elem)p->elem));
    for (unsigned i = 0; i < p->dims; i++) {
        dv_sheet_text(&s->s, i ? ", " : "[");
        dv_sheet_clean(&s->s, p->dim[i]);
    }
    dv_sheet_text(&s->s, p->dims ? "]" : "");
    if (p->def) {
        dv_sheet_text(&s->s, " = ");
        dv_sheet_clean(&s->s, p->def);
    }
    put_option(s, "layout", p->layout);
    put_option(s, "stride", p->stride);
    put_option(s, "min", p->min);
    put_option(s, "max", p->max);
    put_option(s, "multiple", p->multiple);
    dv_sheet_text(&s->s, "\n");
}

static void put_ref(struct dis *s, const struct dv_kernel *k)
{
    if (!k->ref)
        return;
    dv_sheet_text(&s->s, ".ref    ");
    dv_sheet_clean(&s->s, k->ref);
    for (uint32_t i = 0; i < k->ref_args; i++) {
        dv_sheet_text(&s->s, ", ");
        dv_sheet_clean(&s->s, k->ref_arg[i]);
    }
    put_option(s, "rtol", k->rtol);
    put_option(s, "atol", k->atol);
    put_option(s, "max_ulp", k->max_ulp);
    dv_sheet_text(&s->s, "\n");
}

static void put_entries(struct dis *s, const struct dv_kernel *k)
{
    static const char *const cores[] = {"aic", "aiv"};
    for (unsigned i = 0; k->core == DV_CORE_MIX && i < 2; i++) {
        dv_sheet_print(&s->s, ".entry  %s, ", cores[i]);
        dv_sheet_clean(&s->s, k->entry[i]);
        dv_sheet_text(&s->s, "\n");
    }
}

static void put_kernel(struct dis *s, const struct dv_kernel *k)
{
    static const char *const cores[] = {"aic", "aiv", "mix", "c100"};
    dv_sheet_text(&s->s, ".kernel ");
    dv_sheet_clean(&s->s, k->name);
    dv_sheet_print(&s->s, ", core=%s", cores[k->core]);
    if (k->core == DV_CORE_MIX)
        dv_sheet_print(&s->s, ", ratio=%u:%u", k->ratio_aic, k->ratio_aiv);
    dv_sheet_text(&s->s, "\n");
    put_entries(s, k);
    for (uint32_t i = 0; i < k->params; i++)
        put_param(s, &k->param[i]);
    put_ref(s, k);
    if (k->blocks)
        put_line(s, ".blocks ", k->blocks);
}

/* Offset of a kernel's first entry label in .text; false when there is no such label. */
static bool entry_offset(const struct dv_obj *o, const struct dv_kernel *k, uint64_t *out)
{
    for (uint32_t i = 0; i < o->symbols; i++) {
        const struct dv_symbol *y = &o->symbol[i];
        if (!y->defined || y->section != DV_TEXT || strcmp(y->name, k->entry[0]))
            continue;
        *out = y->value;
        return true;
    }
    return false;
}

/* Kernels due at pc. Each stands before its code, because it says for which core that code is;
 * the first one, and any whose place would change their order, stand on top. */
static void put_kernels(struct dis *s, uint64_t pc)
{
    for (uint64_t entry; s->kernel < s->o->kernels; s->kernel++) {
        const struct dv_kernel *k = &s->o->kernel[s->kernel];
        if (s->kernel && entry_offset(s->o, k, &entry) && entry > pc)
            return;
        put_kernel(s, k);
    }
}

/* Buffers and flags are comments: their numbers are in the code already. */
static void put_name(struct dis *s, const struct dv_name *n)
{
    if (n->kind != DV_NAME_BUFFER && n->kind != DV_NAME_FLAG)
        return;
    dv_sheet_text(&s->s, n->kind == DV_NAME_BUFFER ? "; buffer " : "; flag ");
    dv_sheet_clean(&s->s, n->name);
    if (n->kind == DV_NAME_BUFFER)
        dv_sheet_print(&s->s, ": %s 0x%" PRIx64 ", %" PRIu64 " bytes, copies %u, pitch %" PRIu64,
                       dv_spaces[n->space].name, n->address, n->bytes, n->copies, n->pitch);
    else
        dv_sheet_print(&s->s, ": %s -> %s, ids %u from %u", dv_pipe_names[n->src],
                       dv_pipe_names[n->dst], n->copies, n->first);
    dv_sheet_text(&s->s, "\n");
}

/* ---- symbols --------------------------------------------------------------------------------- */

/* Symbols that no label of the text makes: constants, and names of other objects. */
static void put_constants(struct dis *s)
{
    for (uint32_t i = 0; i < s->o->symbols; i++) {
        const struct dv_symbol *y = &s->o->symbol[i];
        if (!dv_label_usable(y->name))
            continue;
        if (y->global)
            put_line(s, ".global ", y->name);
        if (!y->defined || y->section != DV_SECTIONS)
            continue;
        dv_sheet_text(&s->s, ".equ    ");
        dv_sheet_text(&s->s, y->name);
        dv_sheet_print(&s->s, ", 0x%" PRIx64 "\n", y->value);
    }
}

/* "sym", "sym+8" */
static void put_reference(struct dis *s, const struct dv_reloc *r)
{
    dv_sheet_clean(&s->s, s->o->symbol[r->symbol].name);
    if (r->addend)
        dv_sheet_print(&s->s, "%+" PRId64, r->addend);
}

/* The relocation that patches this place, NULL when none. */
static const struct dv_reloc *reloc_at(const struct dv_obj *o, unsigned section, uint64_t offset)
{
    for (uint32_t i = 0; i < o->relocs; i++)
        if (o->reloc[i].section == section && o->reloc[i].offset == offset)
            return &o->reloc[i];
    return NULL;
}

/* ---- code ------------------------------------------------------------------------------------ */

static void put_target(struct dis *s, const struct dv_reloc *r, uint64_t target)
{
    char name[DV_LABEL_MAX];
    if (r)
        put_reference(s, r);
    else
        dv_sheet_text(&s->s, dv_labels_name(&s->labels, target, name));
}

/* An instruction with its target as a label. */
static void put_instruction(struct dis *s, const struct dv_op *op, uint64_t pc,
                            const struct dv_reloc *r)
{
    char text[192], offset[32];
    uint64_t target;
    dv_isa_print(op, DV_NO_PC, text, sizeof text);
    const struct dv_field *f = dv_label_target(op, pc, &target);
    if (!f || (!r && !dv_labels_has(&s->labels, target))) {
        dv_sheet_text(&s->s, text);
        return;
    }
    snprintf(offset, sizeof offset, "%+lld", (long long)dv_op_get(op, f));
    char *at = strstr(text, offset); /* a target is the only number printed with its sign */
    const char *behind = at ? at + strlen(offset) : "";
    if (at)
        *at = 0;
    dv_sheet_text(&s->s, text);
    put_target(s, r, target);
    dv_sheet_text(&s->s, behind);
}

/* Reading of a word that cannot be written as an instruction. */
static void put_reading(struct dis *s, uint32_t word, uint64_t pc)
{
    struct dv_op op;
    struct dv_diag d;
    bool named = false;
    char text[192];
    dv_diag_init(&d);
    enum dv_err e = dv_isa_decode(word, s->kinds, &op, &named, &d);
    if (!named) {
        dv_sheet_text(&s->s, "no such word");
        return;
    }
    dv_isa_spell(dv_op_insn(&op), word, text, sizeof text);
    dv_sheet_clean(&s->s, text);
    if (e) {
        dv_sheet_text(&s->s, ", ");
        dv_sheet_clean(&s->s, d.text);
    } else {
        dv_isa_print(&op, pc, text, sizeof text);
        dv_sheet_text(&s->s, ", bits without meaning are set: ");
        dv_sheet_clean(&s->s, text);
    }
}

static unsigned kinds_of(const struct dv_obj *o)
{
    return o->kinds ? o->kinds : DV_ON_ANY;
}

/* True when the text of the word would assemble to the word. */
static bool decode_exactly(unsigned kinds, uint32_t word, struct dv_op *op)
{
    uint32_t again;
    return !dv_isa_decode(word, kinds, op, NULL, NULL) && !dv_isa_encode(op, &again, NULL) &&
           again == word;
}

static void put_word(struct dis *s, uint64_t pc)
{
    uint32_t word = dv_obj_word(s->o, pc);
    const struct dv_reloc *r = s->o->relocs ? reloc_at(s->o, DV_TEXT, pc) : NULL;
    struct dv_op op;
    bool exact = decode_exactly(s->kinds, word, &op) && (!r || r->kind >= DV_R_FIELD);
    dv_sheet_text(&s->s, "    ");
    if (exact) {
        put_instruction(s, &op, pc, r);
    } else if (r) {
        dv_sheet_text(&s->s, ".word ");
        put_reference(s, r);
    } else {
        dv_sheet_print(&s->s, ".word 0x%08x", word);
    }
    dv_sheet_column(&s->s, 56);
    dv_sheet_print(&s->s, "; %06" PRIx64 " %08x", pc, word);
    if (!exact && !r) {
        dv_sheet_text(&s->s, "  ");
        put_reading(s, word, pc);
    }
    if (exact && r && r->kind >= DV_R_HALF0) {
        unsigned lo = 16u * (r->kind - DV_R_HALF0);
        dv_sheet_print(&s->s, "  bits [%u:%u] of ", lo + 15, lo);
        put_reference(s, r);
    }
    dv_sheet_text(&s->s, "\n");
}

/* Expressions of a record, one a line, with the text before each: first, between, last. */
static void put_expressions(struct dis *s, const char *text, const char *const before[3])
{
    char piece[4096];
    for (unsigned i = 0; text && *text; i++) {
        size_t n = strcspn(text, "\n");
        snprintf(piece, sizeof piece, "%.*s", (int)(n < sizeof piece ? n : sizeof piece - 1), text);
        dv_sheet_text(&s->s, before[i < 2 ? i : 2]);
        dv_sheet_clean(&s->s, piece);
        text += n + (text[n] != 0);
    }
}

static void put_spot(struct dis *s, const struct dv_name *n)
{
    switch (n->kind) {
    case DV_NAME_ALLOW:
        dv_sheet_text(&s->s, "    .allow ");
        dv_sheet_clean(&s->s, n->name);
        dv_sheet_text(&s->s, ", ");
        dv_sheet_quote(&s->s, n->text ? n->text : "");
        break;
    case DV_NAME_MARK:
        dv_sheet_text(&s->s, n->end ? "    .endmark" : "    .mark ");
        dv_sheet_clean(&s->s, n->end ? "" : n->name);
        break;
    case DV_NAME_ASSERT:
        put_expressions(s, n->text, (const char *const[]){"    .assert ", "", ""});
        dv_sheet_text(&s->s, ", ");
        dv_sheet_quote(&s->s, n->name);
        break;
    case DV_NAME_PRINT:
        dv_sheet_text(&s->s, "    .print ");
        dv_sheet_quote(&s->s, n->name);
        put_expressions(s, n->text, (const char *const[]){", ", ", ", ", "});
        break;
    case DV_NAME_DUMP:
        dv_sheet_print(&s->s, "    .dump %s:", dv_spaces[n->space].name);
        put_expressions(s, n->text, (const char *const[]){"", ", ", ", if="});
        break;
    default:
        dv_sheet_text(&s->s, "    .expect_cycles ");
        dv_sheet_clean(&s->s, n->name);
        dv_sheet_print(&s->s, ", %" PRIu64 ", %" PRIu64, n->address, n->bytes);
    }
    dv_sheet_text(&s->s, "\n");
}

/* What is attached to this instruction, in its order. */
static void put_spots(struct dis *s, uint64_t pc, uint32_t *next)
{
    for (; *next < s->o->names; ++*next) {
        const struct dv_name *n = &s->o->name[*next];
        if (n->kind == DV_NAME_BUFFER || n->kind == DV_NAME_FLAG)
            continue;
        if (n->pc > pc)
            return;
        put_spot(s, n);
    }
}

/* Bytes of .text that are no whole word, or one that a label stands in the middle of. */
static void put_bytes(struct dis *s, uint64_t at, uint64_t end)
{
    for (; at < end; at++) {
        dv_labels_put(&s->labels, &s->s, DV_TEXT, at, at + 1);
        dv_sheet_print(&s->s, "    .byte 0x%02x\n", s->o->section[DV_TEXT].p[at]);
    }
}

static void put_text(struct dis *s)
{
    uint64_t bytes = s->o->section[DV_TEXT].n, pc = 0;
    uint32_t mark = 0;
    dv_sheet_text(&s->s, ".text\n");
    for (; pc + 4 <= bytes; pc += 4) {
        put_kernels(s, pc);
        put_spots(s, pc, &mark);
        if (dv_labels_next(&s->labels, DV_TEXT, pc, pc + 4) < pc + 4) {
            put_bytes(s, pc, pc + 4);
            continue;
        }
        dv_labels_put(&s->labels, &s->s, DV_TEXT, pc, pc + 4);
        put_word(s, pc);
    }
    put_bytes(s, pc, bytes);
    dv_labels_put(&s->labels, &s->s, DV_TEXT, bytes, bytes + 1);
    put_kernels(s, UINT64_MAX);
    put_spots(s, UINT64_MAX, &mark);
}

/* ---- data ------------------------------------------------------------------------------------ */

/* Bytes from `at` that fit one line: up to the next label or relocation, at most 16. */
static uint64_t line_bytes(const struct dis *s, unsigned section, uint64_t at)
{
    uint64_t n = 1, end = s->o->section[section].n;
    while (n < 16 && at + n < end && !dv_labels_at(&s->labels, section, at + n) &&
           !(s->o->relocs && reloc_at(s->o, section, at + n)))
        n++;
    return n;
}

static uint64_t put_data_line(struct dis *s, unsigned section, uint64_t at)
{
    const struct dv_reloc *r = s->o->relocs ? reloc_at(s->o, section, at) : NULL;
    if (r) {
        dv_sheet_text(&s->s, r->kind == DV_R_ABS64 ? "    .quad " : "    .word ");
        put_reference(s, r);
        dv_sheet_text(&s->s, "\n");
        return r->kind == DV_R_ABS64 ? 8 : 4;
    }
    uint64_t n = line_bytes(s, section, at);
    dv_sheet_text(&s->s, "    .byte ");
    for (uint64_t i = 0; i < n; i++)
        dv_sheet_print(&s->s, "%s0x%02x", i ? ", " : "", s->o->section[section].p[at + i]);
    dv_sheet_print(&s->s, "\n");
    return n;
}

static void put_data(struct dis *s, unsigned section)
{
    uint64_t bytes = s->o->section[section].n, at = 0;
    if (!bytes && !dv_labels_at(&s->labels, section, 0))
        return;
    dv_sheet_print(&s->s, "%s\n", section_names[section]);
    while (at < bytes) {
        uint64_t next = at;
        dv_labels_put(&s->labels, &s->s, section, at, at + 1);
        if (section != DV_BSS) {
            at += put_data_line(s, section, at);
            continue;
        }
        next = dv_labels_next(&s->labels, section, at, bytes);
        dv_sheet_print(&s->s, "    .zero %" PRIu64 "\n", next - at);
        at = next;
    }
    dv_labels_put(&s->labels, &s->s, section, at, at + 1);
}

/* ---- whole ----------------------------------------------------------------------------------- */

static void put_head(struct dis *s)
{
    static const char *const kinds[DV_KINDS] = {"aic", "aiv", "c100"};
    if (s->o->vendor || !s->o->isa_version) /* read as what this version takes the words for */
        dv_sheet_print(&s->s, "; %s, read as ISA version %u, cores:",
                       s->o->vendor ? "vendor object" : "raw words", dv_isa_version);
    else
        dv_sheet_print(&s->s,
                       "; %s object, ISA version %u, cores:", s->o->final ? "final" : "relocatable",
                       s->o->isa_version);
    for (unsigned k = 0; k < DV_KINDS; k++)
        if (s->kinds & DV_ON(k))
            dv_sheet_print(&s->s, " %s", kinds[k]);
    dv_sheet_text(&s->s, "\n");
}

static void put_object(struct dis *s)
{
    put_head(s);
    put_kernels(s, 0);
    for (uint32_t i = 0; i < s->o->names; i++)
        put_name(s, &s->o->name[i]);
    put_constants(s);
    put_text(s);
    for (unsigned section = DV_TEXT + 1; section < DV_SECTIONS; section++)
        put_data(s, section);
    char share[128];
    dv_dis_share_text(s->o, share, sizeof share);
    dv_sheet_print(&s->s, "; %s\n", share);
}

int dv_dis_share_text(const struct dv_obj *o, char *out, size_t size)
{
    uint64_t words = o->section[DV_TEXT].n / 4, understood = 0;
    struct dv_op op;
    for (uint64_t i = 0; i < words; i++)
        understood += decode_exactly(kinds_of(o), dv_obj_word(o, 4 * i), &op);
    uint64_t tenths = words ? (understood * 2000 + words) / (2 * words) : 0;
    if (tenths == 1000 && understood < words)
        tenths = 999; /* only all is all */
    return snprintf(out, size,
                    "understood: %" PRIu64 " of %" PRIu64 " words, %" PRIu64 ".%" PRIu64 " %%",
                    understood, words, tenths / 10, tenths % 10);
}

enum dv_err dv_dis_obj(const struct dv_obj *o, struct dv_sink *to, struct dv_diag *d)
{
    struct dis s = {.o = o, .s = {.to = to}, .kinds = kinds_of(o)};
    if (!dv_labels_find(&s.labels, o, s.kinds)) {
        dv_labels_free(&s.labels);
        return dv_fail(d, DV_E_MEMORY, "out of memory");
    }
    put_object(&s);
    dv_labels_free(&s.labels);
    return DV_OK;
}
