/* Remedies in the words of C: the core and the checker speak of instructions. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "emu/cce/device.h"

struct rewrite {
    const char *from;
    char *out;
    size_t n, size;
};

static void put(struct rewrite *w, const char *text, size_t n)
{
    if (n >= w->size - w->n)
        n = w->size - w->n - 1;
    memcpy(w->out + w->n, text, n);
    w->out[w->n += n] = 0;
}

/* ".mte2" as PIPE_MTE2. */
static bool pipe_word(const char **p, char *out, size_t size)
{
    for (unsigned i = 0; **p == '.' && i < DV_PIPE_COUNT; i++) {
        size_t n = dv_pipe_names[i] ? strlen(dv_pipe_names[i]) : 0;
        if (!n || strncmp(*p + 1, dv_pipe_names[i], n) || isalnum((unsigned char)(*p)[1 + n]))
            continue;
        *p += 1 + n;
        n = (size_t)snprintf(out, size, "PIPE_%s", dv_pipe_names[i]);
        for (size_t k = 0; k < n; k++)
            out[k] = (char)toupper((unsigned char)out[k]);
        return true;
    }
    return false;
}

/* " #3" or " id 3" as EVENT_ID3; nothing of that as id. */
static void event(const char **p, char *out, size_t size)
{
    unsigned id;
    int n = 0;

    snprintf(out, size, "id");
    if (sscanf(*p, " #%u%n", &id, &n) < 1 && sscanf(*p, " id %u%n", &id, &n) < 1)
        return;
    snprintf(out, size, "EVENT_ID%u", id);
    *p += n;
}

/* "hset_flag.mte1.m l0a, 0, #1" as hset_flag(PIPE_MTE1, PIPE_M, EVENT_ID1, L0A, 0). */
static bool hard(const char **p, char *id, size_t size)
{
    char memory[8];
    unsigned v, number;
    int n = 0;

    if (sscanf(*p, " %7[a-z0-9], %u, #%u%n", memory, &v, &number, &n) < 3)
        return false;
    for (char *c = memory; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    snprintf(id, size, "EVENT_ID%u, %s, %u", number, memory, v);
    *p += n;
    return true;
}

/* Takes one instruction off; false: none stands here. */
static bool call(struct rewrite *w)
{
    static const char *const flags[] = {"set_flag", "wait_flag", "hset_flag", "hwait_flag"};
    char src[16], dst[16], id[48], text[128];
    const char *p = w->from;

    for (unsigned i = 0; i < 4; i++, p = w->from) {
        size_t n = strlen(flags[i]);
        if (strncmp(p, flags[i], n) || (p += n, !pipe_word(&p, src, sizeof src)) ||
            !pipe_word(&p, dst, sizeof dst))
            continue;
        if (i < 2)
            event(&p, id, sizeof id);
        else if (!hard(&p, id, sizeof id))
            continue;
        snprintf(text, sizeof text, "%s(%s, %s, %s)", flags[i], src, dst, id);
        put(w, text, strlen(text));
        w->from = p;
        return true;
    }
    if (strncmp(p, "bar", 3) || (p += 3, !pipe_word(&p, src, sizeof src)))
        return false;
    snprintf(text, sizeof text, "pipe_barrier(%s)", src);
    put(w, text, strlen(text));
    w->from = p;
    return true;
}

/* What else assembler calls by another name. The longer stand before the shorter. */
static const struct {
    const char *from, *to;
} words[] = {
    {"dsb.all", "dsb(DSB_ALL)"},
    {"dcci.line.out of that address", "dcci(address, SINGLE_CACHE_LINE, CACHELINE_OUT)"},
    {"dcci.cache.out", "dcci(address, ENTIRE_DATA_CACHE, CACHELINE_OUT)"},
    {"mask_all of dv.inc", "set_mask_norm() and set_vector_mask(~0ull, ~0ull)"},
    {"set_cross_core", "ffts_cross_core_sync"},
    {"(blockid)", "(get_block_idx())"},
    {": .buf .., group=8 (256 bytes on)", ": 256 bytes on"},
    {": .buf .., bank=1 or 2", ": from 0x10000 or 0x20000 on"},
    {"ld and st reach ub and the stack", "dv_local_load and dv_local_store reach ub"},
    {".kernel NAME, core=mix", "launch it mixed: DV_LAUNCH_MIX"},
    {"--explore-seed", "dv_cce_explore(device, seed): seed"},
    {"the id in the register of", "the id of"},
    {"before END", "before the kernel ends"},
    {"before end", "before the kernel ends"},
    {"the MMADs of this tile", "the mad of this tile"},
};

static bool word(struct rewrite *w)
{
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
        size_t n = strlen(words[i].from);
        if (strncmp(w->from, words[i].from, n) || isalnum((unsigned char)w->from[n]))
            continue;
        put(w, words[i].to, strlen(words[i].to));
        w->from += n;
        return true;
    }
    return false;
}

/* "wait_flag_dev #7", and the three instructions that put bits of CTRL back. */
static bool numbers(struct rewrite *w)
{
    unsigned lo, bits;
    char text[96];
    int n = 0;

    if (sscanf(w->from, "wait_flag_dev #%u%n", &lo, &n) == 1 && n) {
        snprintf(text, sizeof text, "wait_flag_dev(%u)", lo);
    } else {
        if (sscanf(w->from, "mov t, ctrl; insert t, zero, #%u, #%u; mov ctrl, t%n", &lo, &bits,
                   &n) < 2 ||
            !n)
            return false;
        snprintf(text, sizeof text, "set_ctrl(get_ctrl() & ~(0x%llxull << %u))",
                 (1ull << (bits & 63)) - 1, lo);
    }
    put(w, text, strlen(text));
    w->from += n;
    return true;
}

void dv_dev_remedy(char *fix, size_t size)
{
    char out[2 * sizeof((struct dv_diag *)0)->fix] = "";
    struct rewrite w = {fix, out, 0, sizeof out};
    bool inside = false; /* of a word */

    while (*w.from) {
        if (!(inside && isalnum((unsigned char)*w.from)) && (call(&w) || word(&w) || numbers(&w)))
            continue;
        inside = isalnum((unsigned char)*w.from) || *w.from == '_';
        put(&w, w.from++, 1);
    }
    snprintf(fix, size, "%s", out);
}
