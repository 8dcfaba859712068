/* UB bank rules: extra cycles of a vector instruction (timing.md 3.5, isa.md 6.10).
 *
 * A block sits in group [8:5] and in bank [17:16] of that group. In cycle r repeat r reads and
 * repeat r - 1 writes: one read and one write a group, in different banks. Counts repeat with a
 * period of at most 16 repeats while no operand leaves its 64 KiB row and none meets another,
 * which is what makes this fast. Knows footprints only, no instruction and no time unit. */
#include "emu/access/access.h"

#include <string.h>

enum { GROUPS = 16, BANKS_MAX = 16, ROW_SHIFT = 11 }; /* blocks of 32 B in 64 KiB: 2^11 */

/* One operand in units of blocks. */
struct walk {
    uint64_t base;
    uint32_t blk, rep, blocks;
    bool write;
};

struct plan {
    struct walk walk[4];
    unsigned walks, banks;
    bool shared; /* two reads, or two writes, may name one block */
    uint64_t repeats;
};

struct extra {
    uint32_t reads, writes, both;
};

static uint64_t block_at(const struct walk *k, uint64_t r, uint32_t b)
{
    return k->base + (uint64_t)b * k->blk + r * k->rep;
}

static uint64_t last_block(const struct walk *k, uint64_t r)
{
    return block_at(k, r, k->blocks - 1);
}

/* ---- one cycle ------------------------------------------------------------------------------- */

/* Blocks of one direction in one cycle: counters of the 16 groups, bit-sliced (bit g of slice i has
 * weight 2^i), and which banks are touched at all (16 groups a bank). */
struct tally {
    uint32_t slice[6];
    uint16_t bank[BANKS_MAX];
    uint64_t seen[32];
    unsigned n;
};

static void tally_add(struct tally *t, uint32_t groups, unsigned bank)
{
    t->bank[bank] |= (uint16_t)groups;
    for (unsigned i = 0; groups; i++) {
        uint32_t carry = t->slice[i] & groups;
        t->slice[i] ^= groups;
        groups = carry;
    }
}

static unsigned bank_of(const struct plan *p, uint64_t block)
{
    return (unsigned)(block >> ROW_SHIFT) % p->banks;
}

static bool known(struct tally *t, uint64_t block)
{
    for (unsigned i = 0; i < t->n; i++)
        if (t->seen[i] == block)
            return true;
    t->seen[t->n++] = block;
    return false;
}

static void count_walk(const struct plan *p, struct tally *t, const struct walk *k, uint64_t r)
{
    uint64_t first = block_at(k, r, 0);

    if (k->blk == 1 && !p->shared && first >> ROW_SHIFT == last_block(k, r) >> ROW_SHIFT) {
        uint32_t run = ((1u << k->blocks) - 1) << first % GROUPS;
        tally_add(t, (run | run >> GROUPS) & 0xffffu, bank_of(p, first));
        return;
    }
    for (uint32_t b = 0; b < k->blocks; b++) {
        uint64_t block = block_at(k, r, b);
        if (!p->shared || !known(t, block))
            tally_add(t, 1u << block % GROUPS, bank_of(p, block));
    }
}

static void count(const struct plan *p, struct tally *t, bool write, uint64_t r)
{
    memset(t->slice, 0, sizeof t->slice);
    memset(t->bank, 0, p->banks * sizeof *t->bank);
    t->n = 0;
    for (unsigned i = 0; i < p->walks; i++)
        if (p->walk[i].write == write)
            count_walk(p, t, &p->walk[i], r);
}

/* Largest counter of a group, less the one that is free. */
static uint32_t worst(const struct tally *t)
{
    uint32_t most = 0, left = 0xffff;

    for (int i = 5; i >= 0; i--) {
        uint32_t with = left & t->slice[i];
        if (with) {
            most |= 1u << i;
            left = with;
        }
    }
    return most ? most - 1 : 0;
}

/* Blocks of one bank; only asked where both directions meet. */
static uint32_t in_bank(const struct plan *p, bool write, uint64_t r, unsigned bank, unsigned group)
{
    uint64_t seen[32];
    uint32_t n = 0;

    for (unsigned i = 0; i < p->walks; i++) {
        const struct walk *k = &p->walk[i];
        for (uint32_t b = 0; k->write == write && b < k->blocks; b++) {
            uint64_t block = block_at(k, r, b);
            uint32_t s = 0;
            if (block % GROUPS != group || bank_of(p, block) != bank)
                continue;
            while (s < n && seen[s] != block)
                s++;
            seen[s] = block;
            n += s == n;
        }
    }
    return n;
}

/* Reads of repeat r and writes of repeat r - 1 in one bank. */
static uint32_t meet(const struct plan *p, const struct tally *reads, const struct tally *writes,
                     uint64_t r)
{
    /* without a crowded group every meeting is one read and one write */
    bool single = !worst(reads) || !worst(writes);
    uint32_t most = 0;

    for (unsigned bank = 0; bank < p->banks; bank++) {
        uint32_t both = reads->bank[bank] & writes->bank[bank];
        if (both && single)
            return 1;
        for (; both; both &= both - 1) {
            unsigned group = (unsigned)__builtin_ctz(both);
            uint32_t n = in_bank(p, false, r, bank, group);
            uint32_t m = in_bank(p, true, r - 1, bank, group);
            uint32_t hits = n < m ? n : m;
            most = hits > most ? hits : most;
        }
    }
    return most;
}

/* Cycle r of 0 .. repeats. */
static struct extra cycle(const struct plan *p, uint64_t r)
{
    struct tally reads, writes;
    struct extra e = {0, 0, 0};

    if (r < p->repeats) {
        count(p, &reads, false, r);
        e.reads = worst(&reads);
    }
    if (r > 0) {
        count(p, &writes, true, r - 1);
        e.writes = worst(&writes);
    }
    if (r > 0 && r < p->repeats)
        e.both = meet(p, &reads, &writes, r);
    return e;
}

/* Reads and writes of a cycle queue side by side; a bank that has both does one after the other. */
static void add(uint64_t kind[3], struct extra e, uint64_t times)
{
    kind[0] += e.reads * times;
    kind[1] += (e.writes > e.reads ? e.writes - e.reads : 0) * times;
    kind[2] += e.both * times;
}

/* ---- many cycles ----------------------------------------------------------------------------- */

/* Repeats from r on, at most `most`, during which k stays in one 64 KiB row; 0: it straddles. */
static uint64_t same_row(const struct walk *k, uint64_t r, uint64_t most)
{
    uint64_t end = (block_at(k, r, 0) | ((1u << ROW_SHIFT) - 1)) + 1, last = last_block(k, r);

    if (last >= end)
        return 0;
    if (last + most * k->rep < end)
        return most;
    return (end - 1 - last) / k->rep + 1;
}

/* Repeats from r on, at most `most`, during which low stays below high; 0: it does not. */
static uint64_t below(const struct walk *low, const struct walk *high, uint64_t r, uint64_t most)
{
    uint64_t top = last_block(low, r), bottom = block_at(high, r, 0);

    if (top >= bottom)
        return 0;
    if (low->rep <= high->rep)
        return most;
    uint64_t steps = (bottom - top - 1) / (low->rep - high->rep) + 1;
    return steps < most ? steps : most;
}

/* Repeats from r on during which a and b keep sharing the same blocks, or none. */
static uint64_t same_sharing(const struct walk *a, const struct walk *b, uint64_t r, uint64_t most)
{
    uint64_t apart;

    if (a->write != b->write || a->rep == b->rep)
        return most;
    apart = below(a, b, r, most);
    return apart ? apart : below(b, a, r, most);
}

/* Cycles from r on that only depend on groups; 0 when this one stands alone. */
static uint64_t steady(const struct plan *p, uint64_t r)
{
    uint64_t most = p->repeats - r;

    for (unsigned i = 0; most && i < p->walks; i++) {
        const struct walk *a = &p->walk[i];
        most = same_row(a, r - a->write, most);
        for (unsigned j = 0; p->shared && most && j < i; j++)
            most = same_sharing(a, &p->walk[j], r - a->write, most);
    }
    return most;
}

/* Repeats after which every operand is back in the same groups. */
static uint64_t period(const struct plan *p)
{
    uint32_t reps = GROUPS;

    for (unsigned i = 0; i < p->walks; i++)
        reps |= p->walk[i].rep;
    return GROUPS / (reps & (0 - reps));
}

static bool twin(const struct plan *p, const struct walk *k)
{
    for (unsigned i = 0; i < p->walks; i++)
        if (p->walk[i].base == k->base && p->walk[i].blk == k->blk && p->walk[i].rep == k->rep &&
            p->walk[i].blocks == k->blocks && p->walk[i].write == k->write)
            return true;
    return false;
}

/* With equal strides two operands keep their distance: the first repeat says it. */
static bool share(const struct plan *p, const struct walk *a, const struct walk *b)
{
    uint64_t r = a->rep == b->rep ? 0 : p->repeats - 1;

    return a->write == b->write && a->base <= last_block(b, r) && b->base <= last_block(a, r);
}

/* Sorts out walks: empty ones, blocks that coincide, operands that may share blocks. */
static void prepare(struct plan *p, const struct dv_foot *f, unsigned banks)
{
    p->walks = 0;
    p->banks = banks < 1 ? 1 : banks > BANKS_MAX ? BANKS_MAX : banks;
    p->shared = false;
    p->repeats = f->amount.repeats;
    for (unsigned i = 0; i < f->walks && p->repeats; i++) {
        const struct dv_lane_walk *k = &f->walk[i];
        struct walk w = {k->base / 32, k->blk, k->rep, k->blk ? k->blocks : 1, k->rw == DV_WRITE};
        if (!k->blocks || twin(p, &w))
            continue;
        for (unsigned j = 0; j < p->walks; j++)
            p->shared |= share(p, &w, &p->walk[j]);
        p->walk[p->walks++] = w;
    }
}

/* Cycles one by one only so far: longer instructions that never settle are extrapolated. */
enum { EXACT = 4096 };

static void middle(const struct plan *p, uint64_t kind[3])
{
    uint64_t per = period(p), single = 0;

    for (uint64_t r = 1, n; r < p->repeats; r += n) {
        n = steady(p, r);
        for (uint64_t i = 0; i < per && i < n; i++)
            add(kind, cycle(p, r + i), (n - i - 1) / per + 1);
        if (n)
            continue;
        n = ++single > EXACT ? p->repeats - r : 1;
        add(kind, cycle(p, r), n);
    }
}

uint64_t dv_bank_extra(const struct dv_foot *f, unsigned banks_per_group, uint64_t per_kind[3])
{
    uint64_t kind[3] = {0, 0, 0};
    struct plan p;

    prepare(&p, f, banks_per_group);
    if (p.walks) {
        add(kind, cycle(&p, 0), 1);
        middle(&p, kind);
        add(kind, cycle(&p, p.repeats), 1);
    }
    if (per_kind)
        memcpy(per_kind, kind, sizeof kind);
    return kind[0] + kind[1] + kind[2];
}
