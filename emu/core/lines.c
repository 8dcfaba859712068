/* Lines of L2: pages of counts, dirty slices, lines shared by readers that pass L2 by. */
#include "emu/core/lines.h"
#include "emu/core/traffic.h"
#include "isa/obj.h"

#include <stdlib.h>
#include <string.h>

/* A page holds the counts of 2 MiB of GM; addresses from LINES_MOST on are never in L2. */
enum { PAGE_BITS = 12, PAGE = 1 << PAGE_BITS, PAGES_FIRST = 64, PAGES_MOST = 1 << 20 };
#define DIRTY (1ull << 63)

/* ---- pages ----------------------------------------------------------------------------------- */

static void fill(uint64_t *page, uint64_t count)
{
    for (unsigned i = 0; i < PAGE; i++)
        page[i] = count;
}

/* More places in the table of pages, at least twice as many. */
static bool grow(struct dv_lines *l, uint64_t number)
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
static uint64_t *page_make(struct dv_lines *l, uint64_t number)
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

static inline uint64_t *page_of(struct dv_lines *l, uint64_t number)
{
    return number < l->pages && l->page[number] ? l->page[number] : page_make(l, number);
}

static void drop(struct dv_lines *l)
{
    for (uint32_t i = 0; i < l->pages; i++)
        free(l->page[i]);
    free(l->page);
    l->page = NULL;
    l->pages = 0;
}

/* ---- touching lines -------------------------------------------------------------------------- */

static inline uint64_t *slice_of(struct dv_lines *l, uint64_t count)
{
    return &l->dirty[count / l->slice % DV_SLICES_KEPT];
}

/* A line comes in and the oldest one goes: with it, of the dirty lines in its slice, their share of
 * those that go from now on. */
static void come_in(struct dv_lines *l, struct dv_tally *t)
{
    l->count++;
    for (; (l->gone + 1) * l->slice + l->capacity <= l->count; l->gone++) {
        t->back += *slice_of(l, l->gone * l->slice);
        *slice_of(l, l->gone * l->slice) = 0;
    }
    uint64_t *d = slice_of(l, l->gone * l->slice);
    if (*d && l->count >= l->gone * l->slice + l->capacity) {
        uint64_t goes = *d / ((l->gone + 1) * l->slice + l->capacity - l->count);
        t->back += goes;
        *d -= goes;
    }
}

/* A dirty line is in the slice of its last touch. */
static inline bool touch(struct dv_lines *l, struct dv_tally *t, uint64_t *stamp, bool write)
{
    uint64_t was = *stamp & ~DIRTY;
    bool miss = l->count - was >= l->capacity, dirty = *stamp & DIRTY && !miss;

    if (miss)
        come_in(l, t);
    if (dirty && was / l->slice >= l->gone && *slice_of(l, was))
        --*slice_of(l, was);
    dirty |= write;
    if (dirty)
        ++*slice_of(l, l->count);
    *stamp = l->count | (dirty ? DIRTY : 0);
    return !miss;
}

static inline void book(struct dv_tally *t, bool hit, uint64_t bytes)
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
static void touch_lines(struct dv_lines *l, struct dv_tally *t, uint64_t *page, uint64_t from,
                        uint64_t to, bool write)
{
    uint64_t hits = 0;

    for (uint64_t i = from; i < to; i++)
        hits += touch(l, t, &page[i], write);
    t->hits += hits;
    t->misses += to - from - hits;
    t->hit_bytes += hits * DV_LINE;
    t->miss_bytes += (to - from - hits) * DV_LINE;
}

/* The bytes [at, end) of one page, end > at. */
static void touch_span(struct dv_lines *l, struct dv_tally *t, uint64_t *page, uint64_t at,
                       uint64_t end, bool write)
{
    uint64_t first = at / DV_LINE, last = end / DV_LINE, mask = PAGE - 1;

    if (at % DV_LINE) {
        uint64_t stop = least((first + 1) * DV_LINE, end);
        book(t, touch(l, t, &page[first++ & mask], write), stop - at);
        if (stop == end)
            return;
    }
    if (last > first)
        touch_lines(l, t, page, first & mask, (first & mask) + last - first, write);
    if (end % DV_LINE)
        book(t, touch(l, t, &page[last & mask], write), end % DV_LINE);
}

/* One row; bytes that are not tracked miss. */
static void touch_row(struct dv_lines *l, struct dv_tally *t, uint64_t at, uint64_t bytes,
                      bool write)
{
    const uint64_t step = (uint64_t)PAGE * DV_LINE;

    for (uint64_t end = at + bytes, stop; at < end; at = stop) {
        stop = least((at / step + 1) * step, end);
        uint64_t *page = page_of(l, at / step);
        if (page) {
            touch_span(l, t, page, at, stop, write);
        } else {
            t->misses += (stop - 1) / DV_LINE - at / DV_LINE + 1;
            t->miss_bytes += stop - at;
        }
    }
}

/* Rows of one request each: what ND to NZ makes of a base block. */
static void touch_short_rows(struct dv_lines *l, struct dv_tally *t, uint64_t at,
                             const struct dv_mem_shape *s, bool write)
{
    uint64_t line = at / DV_LINE, step = (uint64_t)(s->pitch / DV_LINE), hits = 0;
    uint64_t number = line >> PAGE_BITS, *page = page_of(l, number);

    for (uint32_t r = 0; r < s->rows; r++, line += step) {
        if (line >> PAGE_BITS != number) {
            number = line >> PAGE_BITS;
            page = page_of(l, number);
        }
        hits += page && touch(l, t, &page[line & (PAGE - 1)], write);
    }
    t->hits += hits;
    t->misses += s->rows - hits;
    t->hit_bytes += hits * s->bytes;
    t->miss_bytes += (s->rows - hits) * s->bytes;
}

struct dv_tally dv_lines_touch(struct dv_lines *l, const struct dv_mem_shape *s, bool write)
{
    struct dv_tally t = {0};

    for (uint32_t m = 0; s->rows && m < s->mats; m++) {
        uint64_t at = s->base - DV_DATA_BASE + (uint64_t)m * (uint64_t)s->mat_pitch;
        if (s->pitch % DV_LINE == 0 && at % DV_LINE + s->bytes <= DV_LINE) {
            touch_short_rows(l, &t, at, s, write);
            continue;
        }
        for (uint32_t r = 0; r < s->rows; r++, at += (uint64_t)s->pitch)
            touch_row(l, &t, at, s->bytes, write);
    }
    return t;
}

/* ---- readers that pass L2 by ----------------------------------------------------------------- */

/* A stamp is the cycle of the last read of a sector, whether somebody else read it shortly before,
 * and who read. */
enum { READERS = 256, SHARED = READERS, STAMP = 2 * READERS };

/* Calls fn for the stamp of each sector of a shape. */
static uint64_t each_sector(struct dv_lines *l, const struct dv_mem_shape *s, uint64_t arg,
                            uint64_t (*fn)(struct dv_lines *l, uint64_t *stamp, uint64_t arg))
{
    uint64_t n = 0;

    for (uint32_t m = 0; s->rows && s->bytes && m < s->mats; m++) {
        uint64_t at = s->base - DV_DATA_BASE + (uint64_t)m * (uint64_t)s->mat_pitch;
        for (uint32_t r = 0; r < s->rows; r++, at += (uint64_t)s->pitch) {
            uint64_t i = at / DV_SECTOR, end = (at + s->bytes - 1) / DV_SECTOR + 1;
            for (; i < end; i++) {
                uint64_t *page = page_of(l, i >> PAGE_BITS);
                n += page ? fn(l, &page[i & (PAGE - 1)], arg) : 0;
            }
        }
    }
    return n;
}

static uint64_t note(struct dv_lines *l, uint64_t *stamp, uint64_t oldest)
{
    bool other = *stamp % READERS != l->count % READERS || *stamp & SHARED;

    *stamp = l->count | (*stamp > oldest && other ? SHARED : 0);
    return 0;
}

static uint64_t is_shared(struct dv_lines *l, uint64_t *stamp, uint64_t core)
{
    (void)l;
    return *stamp & SHARED || *stamp % READERS != core ? DV_SECTOR : 0;
}

void dv_lines_note(struct dv_lines *l, const struct dv_mem_shape *s, dv_time now, uint32_t core,
                   dv_time window)
{
    uint64_t cycle = now / DV_CYCLE + window / DV_CYCLE + 1;

    l->count = cycle * STAMP + core % READERS;
    each_sector(l, s, (cycle - window / DV_CYCLE) * STAMP, note);
    l->count |= SHARED; /* the largest stamp there is */
    l->gone = l->count; /* no slices are in use: dv_lines_accept() */
}

uint64_t dv_lines_shared(struct dv_lines *l, const struct dv_mem_shape *s, uint32_t core)
{
    return each_sector(l, s, core % READERS, is_shared);
}

/* ---- launches -------------------------------------------------------------------------------- */

bool dv_lines_settled(const struct dv_lines *l)
{
    return l->capacity && l->fresh == l->count && l->count == l->capacity;
}

void dv_lines_begin(struct dv_lines *l, bool full)
{
    l->count = l->capacity;
    l->fresh = full ? l->count : 0;
    l->gone = 0;
    memset(l->dirty, 0, sizeof l->dirty);
    for (uint32_t i = 0; i < l->pages; i++)
        if (l->page[i])
            fill(l->page[i], l->fresh);
}

void dv_lines_init(struct dv_lines *l, uint64_t bytes)
{
    memset(l, 0, sizeof *l);
    l->capacity = bytes / DV_LINE;
    l->slice = (l->capacity + DV_SLICES - 1) / DV_SLICES;
    l->slice += !l->slice;
    dv_lines_begin(l, false);
}

void dv_lines_free(struct dv_lines *l)
{
    drop(l);
}

/* ---- save and restore ------------------------------------------------------------------------ */

struct saved {
    uint64_t count, fresh, capacity, gone, pages;
    uint64_t dirty[DV_SLICES_KEPT];
}; /* then for each page its number and counts */

enum { SAVED_PAGE = (PAGE + 1) * sizeof(uint64_t) };

static uint64_t touched(const struct dv_lines *l)
{
    uint64_t n = 0;

    for (uint32_t i = 0; i < l->pages; i++)
        n += l->page[i] != NULL;
    return n;
}

size_t dv_lines_size(const struct dv_lines *l)
{
    return sizeof(struct saved) + touched(l) * SAVED_PAGE;
}

void dv_lines_save(const struct dv_lines *l, void *out)
{
    struct saved h = {l->count, l->fresh, l->capacity, l->gone, touched(l), {0}};
    uint8_t *p = out;

    memcpy(h.dirty, l->dirty, sizeof h.dirty);
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
bool dv_lines_accept(const struct dv_lines *l, const void *in, size_t bytes)
{
    const uint8_t *p = in;
    struct saved h;
    uint64_t number, least_next = 0;

    if (bytes < sizeof h)
        return false;
    memcpy(&h, p, sizeof h);
    p += sizeof h;
    if (h.capacity != l->capacity || h.count < h.capacity || h.fresh > h.count ||
        h.count >= DIRTY || h.gone > h.count / l->slice ||
        (l->capacity && (h.gone + 1) * l->slice + l->capacity <= h.count) || h.pages > PAGES_MOST ||
        bytes - sizeof h != h.pages * SAVED_PAGE)
        return false;
    for (uint64_t i = 0; i < h.pages; i++, p += SAVED_PAGE, least_next = number + 1) {
        memcpy(&number, p, sizeof number);
        if (number < least_next || number >= PAGES_MOST)
            return false;
        for (unsigned k = 1; k <= PAGE; k++) {
            uint64_t count;
            memcpy(&count, p + k * sizeof count, sizeof count);
            if ((count & ~DIRTY) > h.count)
                return false;
        }
    }
    return true;
}

void dv_lines_restore(struct dv_lines *l, const void *in)
{
    const uint8_t *p = in;
    struct saved h;

    memcpy(&h, p, sizeof h);
    p += sizeof h;
    drop(l);
    l->count = h.count;
    l->fresh = h.fresh;
    l->gone = h.gone;
    memcpy(l->dirty, h.dirty, sizeof l->dirty);
    for (uint64_t i = 0, number; i < h.pages; i++, p += SAVED_PAGE) {
        memcpy(&number, p, sizeof number);
        uint64_t *page = page_make(l, number);
        if (page)
            memcpy(page, p + sizeof number, PAGE * sizeof number);
    }
}
