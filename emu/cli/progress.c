/* The line on a terminal that says how far a long run is. Owns its words and its rate; must not
 * know how the run is cut into steps. */
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "emu/cli/cli.h"
#include "emu/run/progress.h"

/* Seconds: quick runs show nothing; at most ten lines a second. */
static const double FIRST = 0.5, PAUSE = 0.1;

static void number(double v, char out[32])
{
    static const char *const scale[] = {"", " k", " M", " G", " T"};
    unsigned i = 0;
    for (; v >= 1000 && i + 1 < sizeof scale / sizeof *scale; i++)
        v /= 1000;
    snprintf(out, 32, "%.*f%s", i && v < 100 ? 1 : 0, v, scale[i]);
}

static int series_text(const struct dv_progress *p, char *out, size_t size)
{
    return snprintf(out, size, "%s %u of %u%s%s", p->what, p->at, p->of, p->name ? ": " : "",
                    p->name ? p->name : "");
}

static int launch_text(const struct dv_progress *p, double hertz, char *out, size_t size)
{
    char rate[32];
    number(p->seconds > 0 ? (double)p->cycles / p->seconds : 0, rate);
    return snprintf(out, size, "simulated %" PRIu64 " cycles (%.1f us), %s%scycles/s", p->cycles,
                    (double)p->cycles / hertz * 1e6, rate, strchr(rate, ' ') ? "" : " ");
}

void dv_progress_text(const struct dv_progress *p, double hertz, char *out, size_t size)
{
    int n = p->what ? series_text(p, out, size) : launch_text(p, hertz, out, size);
    double left = p->share > 0 ? p->seconds * (1 / p->share - 1) : -1;
    if (left < 0 || n < 0 || (size_t)n >= size)
        return;
    if (left < 90)
        snprintf(out + n, size - (size_t)n, ", about %.0f s left", ceil(left));
    else
        snprintf(out + n, size - (size_t)n, ", about %.0f min left", ceil(left / 60));
}

static void show(void *to, const struct dv_progress *p)
{
    struct dv_progress_line *l = to;
    struct winsize w = {.ws_col = 80};
    char text[160];
    bool other = p->what != l->what;
    if (p->seconds < FIRST || (!other && p->seconds < l->shown + PAUSE))
        return;
    l->shown = p->seconds;
    l->what = p->what;
    dv_progress_text(p, (double)DV_P(&l->run->chip, clock), text, sizeof text);
    if (ioctl(fileno(stderr), TIOCGWINSZ, &w) || !w.ws_col)
        w.ws_col = 80;
    fprintf(stderr, "\r%.*s\033[K", (int)w.ws_col - 1, text);
    fflush(stderr);
}

/* What the kernel prints goes to the same place. */
static bool prints(const struct dv_run *r)
{
    for (uint32_t i = 0; !r->opts.notes && i < r->obj->names; i++)
        if (r->obj->name[i].kind == DV_NAME_PRINT || r->obj->name[i].kind == DV_NAME_DUMP)
            return true;
    return false;
}

void dv_progress_begin(struct dv_progress_line *l, struct dv_run *r, const struct dv_run_cli *c)
{
    *l = (struct dv_progress_line){.run = r};
    if (c->quiet || !dv_colour(stderr) || prints(r) || (c->log && !strcmp(c->log, "-")))
        return;
    r->opts.progress = show;
    r->opts.progress_to = l;
}

void dv_progress_end(struct dv_progress_line *l)
{
    if (l->shown > 0)
        fputs("\r\033[K", stderr);
    l->run->opts.progress = NULL;
    l->shown = 0;
}
