/* Samples of throughput (formats.md 3.4); see rate.h. */
#include "emu/prof/vendor/rate.h"

enum { GM_TO_L1, GM_TO_TOTAL, GM_TO_UB, L1_TO_GM, TOTAL_TO_GM, UB_TO_GM };
static const char *const names[DV_RATE_KINDS] = {"GM_TO_L1", "GM_TO_TOTAL", "GM_TO_UB",
                                                 "L1_TO_GM", "TOTAL_TO_GM", "UB_TO_GM"};

/* Kinds that a path counts for. */
static unsigned kinds_of(unsigned path)
{
    switch (path) {
    case DV_PATH_GM_TO_L1:
        return 1u << GM_TO_L1 | 1u << GM_TO_TOTAL;
    case DV_PATH_GM_TO_UB:
        return 1u << GM_TO_UB | 1u << GM_TO_TOTAL;
    case DV_PATH_GM_TO_L0A:
    case DV_PATH_GM_TO_L0B:
        return 1u << GM_TO_TOTAL;
    case DV_PATH_L1_TO_GM:
        return 1u << L1_TO_GM | 1u << TOTAL_TO_GM;
    case DV_PATH_UB_TO_GM:
        return 1u << UB_TO_GM | 1u << TOTAL_TO_GM;
    case DV_PATH_L0C_TO_GM:
        return 1u << TOTAL_TO_GM;
    default:
        return 0;
    }
}

void dv_rates_begin(struct dv_rates *r, const struct dv_clock *clock)
{
    memset(r, 0, sizeof *r);
    r->clock = *clock;
    r->width = 1;
}

static void halve(struct dv_rates *r)
{
    for (uint32_t i = 0; i < DV_SAMPLES; i++)
        for (unsigned k = 0; k < DV_RATE_KINDS; k++) {
            uint64_t v = r->bytes[i][k];
            r->bytes[i][k] = 0;
            r->bytes[i / 2][k] = i % 2 ? r->bytes[i / 2][k] + v : v;
        }
    r->width *= 2;
    r->n = (r->n + 1) / 2;
}

static void count(struct dv_rates *r, uint64_t sample, unsigned kinds, uint64_t bytes)
{
    r->n = sample >= r->n ? (uint32_t)sample + 1 : r->n;
    for (unsigned k = 0; k < DV_RATE_KINDS; k++)
        if (kinds >> k & 1)
            r->bytes[sample][k] += bytes;
}

void dv_rates_add(struct dv_rates *r, unsigned path, dv_time from, dv_time to, uint64_t bytes)
{
    unsigned kinds = kinds_of(path);
    uint64_t first = dv_clock_ps(&r->clock, from), last = dv_clock_ps(&r->clock, to), done = 0;
    if (!kinds)
        return;
    while (last / 1000000 / r->width >= DV_SAMPLES)
        halve(r);
    uint64_t width = r->width * 1000000;
    for (uint64_t s = first / width; done < bytes; s++) {
        uint64_t end = (s + 1) * width;
        uint64_t upto = end >= last
                            ? bytes
                            : (uint64_t)((unsigned __int128)bytes * (end - first) / (last - first));
        count(r, s, kinds, upto - done);
        done = upto;
    }
}

static void sample(const struct dv_rates *r, struct dv_out *out, uint64_t at, unsigned kind,
                   double rate)
{
    dv_out_f(out,
             ",\n{\"ph\":\"C\",\"name\":\"%s\",\"pid\":\"MTE Throughput\",\"tid\":0,\"ts\":%llu,"
             "\"args\":{\"throughput(MB/s)\":%.17g}}",
             names[kind], (unsigned long long)(at * r->width), rate);
    dv_out_mark(out);
}

void dv_rates_write(const struct dv_rates *r, struct dv_out *out)
{
    for (uint32_t i = 0; i <= r->n; i++)
        for (unsigned k = 0; k < DV_RATE_KINDS; k++) {
            uint64_t now = i < r->n && i < DV_SAMPLES ? r->bytes[i][k] : 0;
            uint64_t was = i ? r->bytes[i - 1][k] : 1;
            if (now || was)
                sample(r, out, i, k, (double)now / (double)r->width);
        }
}
