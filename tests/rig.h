/* A bench for one instruction: memories of a core, registers, config words, and what its footprint
 * says it touches. For tests of footprints and effects; knows no engine. */
#ifndef DV_TESTS_RIG_H
#define DV_TESTS_RIG_H

#include <stdlib.h>
#include <string.h>

#include "emu/access/access.h"
#include "emu/sem/sem.h"

#define RIG_GM_BASE 0x10000u

struct rig {
    struct dv_op op;
    struct dv_env env;
    struct dv_live live;
    struct dv_sizes sizes;
    struct dv_work w;
    uint64_t seed;
};

/* xorshift64*: the same on every host. */
static inline uint32_t rig_random(struct rig *r)
{
    r->seed ^= r->seed >> 12;
    r->seed ^= r->seed << 25;
    r->seed ^= r->seed >> 27;
    return (uint32_t)(r->seed * 0x2545f4914f6cdd1dull >> 32);
}

/* Uniform in [lo, hi]. */
static inline uint32_t rig_range(struct rig *r, uint32_t lo, uint32_t hi)
{
    return lo + rig_random(r) % (hi - lo + 1);
}

static inline void rig_noise(struct rig *r, void *p, size_t bytes)
{
    uint8_t *b = p;

    for (size_t i = 0; i < bytes; i++)
        b[i] = (uint8_t)rig_random(r);
}

/* Memories of the sizes given (bytes, DV_SPACE_* order), filled with noise. */
static inline void rig_open(struct rig *r, const uint32_t bytes[DV_SPACE_COUNT], uint64_t seed)
{
    memset(r, 0, sizeof *r);
    r->seed = seed * 2 + 1;
    r->env.v[DV_ENV_CTRL] = 8;
    r->env.v[DV_ENV_ND_PARA] = 1;
    r->w = (struct dv_work){
        .op = &r->op,
        .env = &r->env,
        .live = &r->live,
        .sizes = &r->sizes,
        .gm_base = RIG_GM_BASE,
        .simd = true,
    };
    for (unsigned i = 0; i < DV_SPACE_COUNT; i++) {
        r->sizes.bytes[i] = bytes[i];
        r->w.mem[i] = aligned_alloc(64, (bytes[i] + 63u) / 64 * 64 + 64);
        rig_noise(r, r->w.mem[i], bytes[i]);
    }
}

static inline void rig_close(struct rig *r)
{
    for (unsigned i = 0; i < DV_SPACE_COUNT; i++)
        free(r->w.mem[i]);
}

/* The instruction and its type, as decode would leave them. */
static inline void rig_insn(struct rig *r, unsigned insn, unsigned type)
{
    const struct dv_insn *in = &dv_insns[insn];

    r->op = (struct dv_op){
        .insn = (uint16_t)insn,
        .type = (uint8_t)type,
        .pipe = in->pipe,
        .exec = in->exec,
        .sem = in->sem,
        .lane = in->lane,
    };
}

static inline uint64_t rig_first(const struct rig *r, unsigned space)
{
    (void)r;
    return space == DV_SPACE_GM ? RIG_GM_BASE : 0;
}

static inline uint8_t *rig_host(const struct rig *r, unsigned space, uint64_t address)
{
    return r->w.mem[space] + (address - rig_first(r, space));
}

/* Every part of f lies in its memory. */
static inline bool rig_inside(const struct rig *r, const struct dv_foot *f)
{
    for (unsigned i = 0; i < f->n; i++) {
        uint64_t lo, hi, first = rig_first(r, f->part[i].space);

        dv_strided_hull(&f->part[i], &lo, &hi);
        if (lo < first || hi > first + r->sizes.bytes[f->part[i].space])
            return false;
    }
    return true;
}

/* mark[i] = 1 where f reads (or writes) byte i of the memory. */
static inline void rig_mark(const struct rig *r, const struct dv_foot *f, unsigned space,
                            unsigned rw, uint8_t *mark)
{
    memset(mark, 0, r->sizes.bytes[space]);
    for (unsigned i = 0; i < f->n; i++) {
        const struct dv_strided *p = &f->part[i];

        if (p->space != space || !(p->rw & rw))
            continue;
        for (uint32_t row = 0; row < p->rows; row++) {
            uint64_t at = p->base + (uint64_t)((int64_t)row * p->pitch) - rig_first(r, space);

            memset(mark + at, 1, p->bytes);
        }
    }
}

#endif
