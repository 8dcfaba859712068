/* The analytic memory system: which lines of GM are in L2, and each core's own port.
 *
 * A line is in L2 from its first touch until as many bytes of other lines have come in as L2 holds.
 * One counter counts lines coming in, each line remembers the count of its last touch; the
 * remembered counts are in pages made at the first touch. Limits that cores share are not here
 * yet. */
#include "emu/core/mem.h"
#include "emu/core/traffic.h"
#include "isa/obj.h"

#include <stdlib.h>
#include <string.h>

/* A page holds the counts of 2 MiB of GM; addresses from LINES_MOST on are never in L2. */
enum { PAGE_BITS = 12, PAGE = 1 << PAGE_BITS, PAGES_FIRST = 64, PAGES_MOST = 1 << 20 };
#define LINES_MOST ((uint64_t)PAGES_MOST << PAGE_BITS)

struct l2 {
    uint64_t capacity; /* lines */
    uint64_t count;    /* lines that came in, + capacity: 0 is older than all */
    uint64_t fresh;    /* count of a line not touched yet */
    uint64_t **page;
    uint32_t pages;
};

struct tally {
    uint64_t hits, misses; /* requests */
    uint64_t hit_bytes, miss_bytes;
};

static dv_time later(dv_time a, dv_time b)
{
    return a > b ? a : b;
}

/* ---- pages ----------------------------------------------------------------------------------- */

static void fill(uint64_t *page, uint64_t count)
{
    for (unsigned i = 0; i < PAGE; i++)
        page[i] = count;
}

/* More places in the table of pages, at least twice as many. */
static bool grow(struct l2 *l, uint64_t number)
{
    uint32_t n = l->pages ? l->pages : PAGES_FIRST;

    while (n <= number)
        n *= 2;
    uint64_t **page = realloc(l->page, n * sizeof *page);
    if (!page)
        return false;
    memset(page + l->pages, 0, (n - l->pages) * sizeof *page);
    l->page = page;
    l->pages = n;
    return true;
}

/* NULL beyond what is tracked, or when memory is out. */
static uint64_t *page_make(struct l2 *l, uint64_t number)
{
    if (number >= PAGES_MOST || (number >= l->pages && !grow(l, number)))
        return NULL;
    if (!l->page[number]) {
        l->page[number] = malloc(PAGE * sizeof **l->page);
        if (l->page[number])
            fill(l->page[number], l->fresh);
    }
    return l->page[number];
}

static inline uint64_t *page_of(struct l2 *l, uint64_t number)
{
    return number < l->pages && l->page[number] ? l->page[number] : page_make(l, number);
}

static void drop(struct l2 *l)
{
    for (uint32_t i = 0; i < l->pages; i++)
        free(l->page[i]);
    free(l->page);
    l->page = NULL;
    l->pages = 0;
}

/* ---- touching lines -------------------------------------------------------------------------- */

static inline bool touch(struct l2 *l, uint64_t *stamp)
{
    bool miss = l->count - *stamp >= l->capacity;

    l->count += miss;
    *stamp = l->count;
    return !miss;
}

static inline void book(struct tally *t, bool hit, uint64_t bytes)
{
    t->hits += hit;
    t->misses += !hit;
    t->hit_bytes += hit ? bytes : 0;
    t->miss_bytes += hit ? 0 : bytes;
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* Whole lines from..to of one page. */
static void touch_lines(struct l2 *l, struct tally *t, uint64_t *page, uint64_t from, uint64_t to)
{
    uint64_t hits = 0;

    for (uint64_t i = from; i < to; i++)
        hits += touch(l, &page[i]);
    t->hits += hits;
    t->misses += to - from - hits;
    t->hit_bytes += hits * DV_LINE;
    t->miss_bytes += (to - from - hits) * DV_LINE;
}

/* The bytes [at, end) of one page, end > at. */
static void touch_span(struct l2 *l, struct tally *t, uint64_t *page, uint64_t at, uint64_t end)
{
    uint64_t first = at / DV_LINE, last = end / DV_LINE, mask = PAGE - 1;

    if (at % DV_LINE) {
        uint64_t stop = least((first + 1) * DV_LINE, end);
        book(t, touch(l, &page[first++ & mask]), stop - at);
        if (stop == end)
            return;
    }
    if (last > first)
        touch_lines(l, t, page, first & mask, (first & mask) + last - first);
    if (end % DV_LINE)
        book(t, touch(l, &page[last & mask]), end % DV_LINE);
}

/* One row; bytes that are not tracked miss. */
static void touch_row(struct l2 *l, struct tally *t, uint64_t at, uint64_t bytes)
{
    const uint64_t step = (uint64_t)PAGE * DV_LINE;

    for (uint64_t end = at + bytes, stop; at < end; at = stop) {
        stop = least((at / step + 1) * step, end);
        uint64_t *page = page_of(l, at / step);
        if (page) {
            touch_span(l, t, page, at, stop);
        } else {
            t->misses += (stop - 1) / DV_LINE - at / DV_LINE + 1;
            t->miss_bytes += stop - at;
        }
    }
}

/* Rows of one request each: what ND to NZ makes of a base block. */
static void touch_short_rows(struct l2 *l, struct tally *t, uint64_t at,
                             const struct dv_mem_shape *s)
{
    uint64_t line = at / DV_LINE, step = (uint64_t)(s->pitch / DV_LINE), hits = 0;
    uint64_t number = line >> PAGE_BITS, *page = page_of(l, number);

    for (uint32_t r = 0; r < s->rows; r++, line += step) {
        if (line >> PAGE_BITS != number) {
            number = line >> PAGE_BITS;
            page = page_of(l, number);
        }
        hits += page && touch(l, &page[line & (PAGE - 1)]);
    }
    t->hits += hits;
    t->misses += s->rows - hits;
    t->hit_bytes += hits * s->bytes;
    t->miss_bytes += (s->rows - hits) * s->bytes;
}

static struct tally touch_shape(struct l2 *l, const struct dv_mem_shape *s)
{
    struct tally t = {0, 0, 0, 0};

    for (uint32_t m = 0; s->rows && m < s->mats; m++) {
        uint64_t at = s->base - DV_DATA_BASE + (uint64_t)m * (uint64_t)s->mat_pitch;
        if (s->pitch % DV_LINE == 0 && at % DV_LINE + s->bytes <= DV_LINE) {
            touch_short_rows(l, &t, at, s);
            continue;
        }
        for (uint32_t r = 0; r < s->rows; r++, at += (uint64_t)s->pitch)
            touch_row(l, &t, at, s->bytes);
    }
    return t;
}

/* ---- the law --------------------------------------------------------------------------------- */

/* From `hit` to `miss` by the share of requests that miss. */
static dv_time share(dv_time hit, dv_time miss, const struct tally *t)
{
    if (!t->misses || miss <= hit)
        return hit;
    return hit + (dv_time)((unsigned __int128)(miss - hit) * t->misses / (t->hits + t->misses));
}

/* Nothing ever missed and nothing can: an untouched line counts as present. */
static bool settled(void *self)
{
    const struct l2 *l = self;
    return l->capacity && l->fresh == l->count && l->count == l->capacity;
}

static void request(void *self, const struct dv_mem_request *r, struct dv_mem_grant *g)
{
    struct tally t = {0, 0, 0, 0};

    if (r->hint & DV_HINT_BYPASS_L2)
        t = (struct tally){0, 1, 0, r->bytes};
    else if (settled(self))
        t = (struct tally){1, 0, r->bytes, 0};
    else
        t = touch_shape(self, &r->gm);
    dv_time latency = t.misses ? later(r->latency, r->miss_latency) : r->latency;
    g->began = later(r->previous, r->now + latency);
    g->grant = g->done = g->began + share(r->work, r->miss_work, &t);
    g->by_latency = t.misses ? g->by_miss_latency : g->by_latency;
    g->by_work = t.misses ? g->by_miss_work : g->by_work;
    g->hit_bytes = t.hit_bytes;
    g->miss_bytes = t.miss_bytes;
}

/* ---- launches -------------------------------------------------------------------------------- */

/* When everything fits, an identical launch leaves it there. When it does not, nothing is assumed
 * to be left: a stream of more than L2 holds evicts each line before it is read again (ours). */
static void begin(void *self, uint64_t bytes, bool warm)
{
    struct l2 *l = self;

    l->count = l->capacity;
    l->fresh = warm && bytes <= l->capacity * DV_LINE ? l->count : 0;
    for (uint32_t i = 0; i < l->pages; i++)
        if (l->page[i])
            fill(l->page[i], l->fresh);
}

/* ---- save and restore ------------------------------------------------------------------------ */

struct saved {
    uint64_t count, fresh, capacity, pages;
}; /* then for each page its number and counts */

enum { SAVED_PAGE = (PAGE + 1) * sizeof(uint64_t) };

static uint64_t touched(const struct l2 *l)
{
    uint64_t n = 0;

    for (uint32_t i = 0; i < l->pages; i++)
        n += l->page[i] != NULL;
    return n;
}

static size_t size(void *self)
{
    return sizeof(struct saved) + touched(self) * SAVED_PAGE;
}

static void save(void *self, void *out)
{
    const struct l2 *l = self;
    struct saved h = {l->count, l->fresh, l->capacity, touched(l)};
    uint8_t *p = out;

    memcpy(p, &h, sizeof h);
    p += sizeof h;
    for (uint32_t i = 0; i < l->pages; i++) {
        uint64_t number = i;
        if (!l->page[i])
            continue;
        memcpy(p, &number, sizeof number);
        memcpy(p + sizeof number, l->page[i], PAGE * sizeof number);
        p += SAVED_PAGE;
    }
}

/* Of this machine, whole, its pages in order and no count from the future. */
static bool accept(void *self, const void *in, size_t bytes)
{
    const struct l2 *l = self;
    const uint8_t *p = in;
    struct saved h;
    uint64_t number, least_next = 0;

    if (bytes < sizeof h)
        return false;
    memcpy(&h, p, sizeof h);
    p += sizeof h;
    if (h.capacity != l->capacity || h.count < h.capacity || h.fresh > h.count ||
        h.pages > PAGES_MOST || bytes - sizeof h != h.pages * SAVED_PAGE)
        return false;
    for (uint64_t i = 0; i < h.pages; i++, p += SAVED_PAGE, least_next = number + 1) {
        memcpy(&number, p, sizeof number);
        if (number < least_next || number >= PAGES_MOST)
            return false;
        for (unsigned k = 1; k <= PAGE; k++) {
            uint64_t count;
            memcpy(&count, p + k * sizeof count, sizeof count);
            if (count > h.count)
                return false;
        }
    }
    return true;
}

static void restore(void *self, const void *in)
{
    struct l2 *l = self;
    const uint8_t *p = in;
    struct saved h;

    memcpy(&h, p, sizeof h);
    p += sizeof h;
    drop(l);
    l->count = h.count;
    l->fresh = h.fresh;
    for (uint64_t i = 0, number; i < h.pages; i++, p += SAVED_PAGE) {
        memcpy(&number, p, sizeof number);
        uint64_t *page = page_make(l, number);
        if (page)
            memcpy(page, p + sizeof number, PAGE * sizeof number);
    }
}

static void release(void *self)
{
    if (self)
        drop(self);
    free(self);
}

bool dv_l2_new(const struct dv_chip *chip, struct dv_mem_backend *out)
{
    struct l2 *l = calloc(1, sizeof *l);

    *out = (struct dv_mem_backend){.name = "analytic",
                                   .self = l,
                                   .begin = begin,
                                   .request = request,
                                   .size = size,
                                   .save = save,
                                   .accept = accept,
                                   .settled = settled,
                                   .restore = restore,
                                   .release = release};
    if (!l)
        return false;
    l->capacity = DV_P(chip, l2_bytes) / DV_LINE;
    begin(l, 0, false);
    return true;
}
