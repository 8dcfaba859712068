/* Reads lines of the form
 *   [info] [TICK] (PC: 0xHEX) @COREn PIPE ISSUE : (Binary: 0xXXXXXXXX) (ID: N) MNEMONIC  KEY:VALUE,
 * where [info], @COREn, ISSUE and ID may be missing (formats.md 4.1). */
#include "emu/replay/line.h"

#include <ctype.h>
#include <string.h>

/* What is left of a line. */
struct rest {
    const char *p, *end;
};

static void blanks(struct rest *r)
{
    while (r->p < r->end && (*r->p == ' ' || *r->p == '\t'))
        r->p++;
}

static bool word(struct rest *r, const char *text)
{
    size_t n = strlen(text);

    blanks(r);
    if ((size_t)(r->end - r->p) < n || memcmp(r->p, text, n) != 0)
        return false;
    r->p += n;
    return true;
}

static int digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : 16;
}

/* At most `most` digits; false when there is none or one too many. */
static bool number(struct rest *r, unsigned base, unsigned most, uint64_t *v)
{
    unsigned n = 0;

    for (*v = 0; r->p < r->end && digit(*r->p) < (int)base; r->p++, n++)
        if (n >= most)
            return false;
        else
            *v = *v * base + (unsigned)digit(*r->p);
    return n > 0;
}

static bool hex(struct rest *r, uint64_t *v)
{
    (void)(word(r, "0x") || word(r, "0X"));
    return number(r, 16, 16, v);
}

/* ---- head ------------------------------------------------------------------------------------ */

static const char *read_core(struct rest *r, struct dv_popped *out)
{
    uint64_t core;

    out->core = -1;
    if (!word(r, "@CORE"))
        return NULL;
    if (!number(r, 10, 4, &core))
        return "no number behind @CORE";
    out->core = (int)core;
    return NULL;
}

static const char *read_pipe(struct rest *r, struct dv_popped *out)
{
    size_t n = 0;

    blanks(r);
    for (; r->p < r->end && (isalnum((unsigned char)*r->p) || *r->p == '_'); r->p++)
        if (n < sizeof out->pipe - 1)
            out->pipe[n++] = *r->p;
    out->pipe[n] = 0;
    (void)word(r, "IB ");
    out->issue = word(r, "ISSUE");
    if (!n)
        return "no pipe behind (PC: 0x..)";
    return word(r, ":") ? NULL : "no ':' behind the pipe";
}

/* Words of another generation have more than 32 bits. */
static const char *read_binary(struct rest *r, struct dv_popped *out)
{
    struct rest was;
    uint64_t v;

    if (!word(r, "(Binary:"))
        return "no (Binary: 0x..)";
    (void)(word(r, "0x") || word(r, "0X"));
    was = *r;
    if (!number(r, 16, 34, &v))
        return "no hexadecimal word in (Binary: 0x..)";
    out->word = (uint32_t)v;
    if (r->p - was.p > 8 || (r->p < r->end && *r->p == ' '))
        out->style = DV_LINE_WIDE;
    if (out->style == DV_LINE_WIDE)
        return NULL;
    return word(r, ")") ? NULL : "no ')' behind the word";
}

static const char *read_head(struct rest *r, struct dv_popped *out)
{
    const char *why;

    if (!word(r, "["))
        return "no [TICK]";
    if (!number(r, 10, 15, &out->tick))
        return "the tick is no decimal number of at most 15 digits";
    if (!word(r, "]"))
        return "no ']' behind the tick";
    if (!word(r, "(PC:"))
        return "no (PC: 0x..)";
    if (!hex(r, &out->pc) || !word(r, ")"))
        return "the pc is no hexadecimal number of at most 16 digits in brackets";
    if ((why = read_core(r, out)))
        return why;
    return read_pipe(r, out);
}

/* ---- operands -------------------------------------------------------------------------------- */

/* " XN:X3=0x40": a register of the word and its value. */
static const char *read_register(struct rest *r, unsigned slot, struct dv_popped *out)
{
    uint64_t reg;

    if (!word(r, "X") || !number(r, 10, 2, &reg))
        return NULL; /* "XD:" of other lines: no register */
    if (reg > 31)
        return "registers are X0 to X31";
    out->named |= (uint8_t)(1u << slot);
    out->reg[slot] = (uint8_t)reg;
    if (!word(r, "="))
        return NULL;
    if (!hex(r, &out->x[slot]))
        return "no hexadecimal value of at most 16 digits behind the '=' of a register";
    out->valued |= (uint8_t)(1u << slot);
    return NULL;
}

static const char *read_operands(struct rest *r, struct dv_popped *out)
{
    static const char *const key[DV_SLOTS] = {"XD:", "XN:", "XM:", "XT:"};
    const char *why = NULL;

    for (const char *begin = r->p; r->p < r->end && !why;) {
        bool first = r->p == begin || strchr(" ,([|", r->p[-1]);
        unsigned slot = 0;
        while (slot < DV_SLOTS &&
               !(first && (size_t)(r->end - r->p) > 3 && !memcmp(r->p, key[slot], 3)))
            slot++;
        r->p += slot < DV_SLOTS ? 3 : 1;
        if (slot < DV_SLOTS && !(out->named >> slot & 1))
            why = read_register(r, slot, out);
    }
    return why;
}

static bool has(const char *text, size_t n, const char *what)
{
    return memmem(text, n, what, strlen(what)) != NULL;
}

enum dv_line_is dv_line_read(const char *text, size_t n, struct dv_popped *out, const char **why)
{
    struct rest r = {text, text + n};

    memset(out, 0, sizeof *out);
    if (n && text[n - 1] == '\r')
        r.end--;
    blanks(&r);
    if (r.p == r.end || has(text, n, "poped from IQ"))
        return DV_LINE_OTHER;
    (void)word(&r, "[info]");
    if ((*why = read_head(&r, out)))
        return DV_LINE_BAD;
    if (has(r.p, (size_t)(r.end - r.p), "xdValue:") || has(r.p, (size_t)(r.end - r.p), "(x[")) {
        out->style = DV_LINE_LOWER;
        return DV_LINE_ITEM;
    }
    if ((*why = read_binary(&r, out)))
        return DV_LINE_BAD;
    if (out->style == DV_LINE_WIDE)
        return DV_LINE_ITEM;
    blanks(&r);
    if (r.p == r.end || !(isalpha((unsigned char)*r.p) || *r.p == '(')) {
        *why = "no instruction behind the word: is the line cut?";
        return DV_LINE_BAD;
    }
    *why = read_operands(&r, out);
    return *why ? DV_LINE_BAD : DV_LINE_ITEM;
}
