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

/* Takes one instruction off; false: none stands here. */
static bool call(struct rewrite *w)
{
    static const char *const flags[] = {"set_flag", "wait_flag"};
    char src[16], dst[16], id[24], text[96];
    const char *p = w->from;

    for (unsigned i = 0; i < 2; i++, p = w->from) {
        size_t n = strlen(flags[i]);
        if (strncmp(p, flags[i], n) || (p += n, !pipe_word(&p, src, sizeof src)) ||
            !pipe_word(&p, dst, sizeof dst))
            continue;
        event(&p, id, sizeof id);
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

void dv_dev_remedy(char *fix, size_t size)
{
    char out[2 * sizeof((struct dv_diag *)0)->fix] = "";
    struct rewrite w = {fix, out, 0, sizeof out};
    bool inside = false; /* of a word */

    while (*w.from) {
        if (!inside && call(&w))
            continue;
        inside = isalnum((unsigned char)*w.from) || *w.from == '_';
        put(&w, w.from++, 1);
    }
    if (w.n < size) /* what would not fit stays as it is */
        memcpy(fix, out, w.n + 1);
}
