/* Journal of dv sweep: "dv.sweep.journal/1 IDENTITY", then "CHECK POINT<tab>RECORD" lines; CHECK is
 * FNV-1a of the rest in hexadecimal. A last line without its end is what a crash left of it. */
#include "emu/cli/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "emu/cli/cli.h"
#include "emu/run/file.h"

static const char HEAD[] = "dv.sweep.journal/1 ";

static uint32_t check_of(const char *p, size_t n)
{
    uint64_t id = dv_image_id((const uint8_t *)p, n);
    return (uint32_t)(id ^ id >> 32);
}

static bool write_all(int fd, const char *p, size_t n)
{
    while (n) {
        ssize_t got = write(fd, p, n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        p += got;
        n -= (size_t)got;
    }
    return true;
}

static int cannot(const char *what, const char *path)
{
    dv_error("cannot %s '%.200s': %s", what, path, strerror(errno));
    return DV_EXIT_USAGE;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Names the word of the identity that differs. */
static int stale(const struct dv_journal *j, const char *was, const char *is)
{
    char name[32] = "form";
    while (*is && *was) {
        size_t a = strcspn(was, " "), b = strcspn(is, " ");
        if (a != b || memcmp(was, is, a)) {
            snprintf(name, sizeof name, "%.*s", (int)strcspn(is, "= "), is);
            break;
        }
        was += a + (was[a] == ' ');
        is += b + (is[b] == ' ');
    }
    dv_error("'%.200s' is the journal of another sweep: its %s is not the same; remove it to start "
             "from the first point, or repeat the command that began it",
             j->path, name);
    return DV_EXIT_USAGE;
}

static int read_line(struct dv_journal *j, char *line, unsigned number, dv_journal_fn fn,
                     void *self)
{
    char *end, *tab;
    unsigned long check = strtoul(line, &end, 16);
    if (end == line + 8 && *end == ' ' && check == check_of(end + 1, strlen(end + 1))) {
        uint64_t point = strtoull(end + 1, &tab, 10);
        if (*tab == '\t' && fn(self, point, tab + 1)) {
            j->kept++;
            return 0;
        }
    }
    dv_error("%.200s:%u: this line is damaged: remove it, or the file to start from the first "
             "point",
             j->path, number);
    return DV_EXIT_USAGE;
}

/* Bytes of whole lines that were read are put into *good. */
static int read_back(struct dv_journal *j, char *text, const char *identity, dv_journal_fn fn,
                     void *self, size_t *good)
{
    int status = 0;
    char *p = text, *end;
    for (unsigned number = 1; !status && (end = strchr(p, '\n')); number++, p = end + 1) {
        *end = 0;
        if (number > 1)
            status = read_line(j, p, number, fn, self);
        else if (strncmp(p, HEAD, sizeof HEAD - 1))
            status = stale(j, "", "");
        else if (strcmp(p + sizeof HEAD - 1, identity))
            status = stale(j, p + sizeof HEAD - 1, identity);
        *good = (size_t)(end + 1 - text);
    }
    return status;
}

static int resume_from(struct dv_journal *j, const char *identity, dv_journal_fn fn, void *self)
{
    struct dv_diag d;
    uint8_t *text;
    size_t n, good = 0;
    dv_diag_init(&d);
    if (dv_file_read(j->path, &text, &n, &d))
        return dv_show_diag(&d);
    int status = read_back(j, (char *)text, identity, fn, self, &good);
    free(text);
    if (!status && ftruncate(j->fd, (off_t)good))
        status = cannot("write", j->path);
    return status;
}

/* ---- the file -------------------------------------------------------------------------------- */

static int begin(struct dv_journal *j, const char *identity)
{
    char head[1024];
    int n = snprintf(head, sizeof head, "%s%s\n", HEAD, identity);
    return write_all(j->fd, head, (size_t)n) ? 0 : cannot("write", j->path);
}

/* A journal that is there belongs to a sweep that did not end. */
static int take_over(struct dv_journal *j, bool resume, const char *identity, dv_journal_fn fn,
                     void *self)
{
    off_t size = lseek(j->fd, 0, SEEK_END);
    if (size < 0)
        return cannot("read", j->path);
    if (size && !resume) {
        dv_error("'%.200s' is the journal of a sweep that did not end: go on with --resume, or "
                 "remove it",
                 j->path);
        return DV_EXIT_USAGE;
    }
    int status = size ? resume_from(j, identity, fn, self) : 0;
    if (!status && lseek(j->fd, 0, SEEK_END) == 0)
        status = begin(j, identity);
    return status;
}

int dv_journal_open(struct dv_journal *j, const char *output, bool resume, const char *identity,
                    dv_journal_fn fn, void *self)
{
    *j = (struct dv_journal){.fd = -1};
    if (snprintf(j->path, sizeof j->path, "%s.journal", output) >= (int)sizeof j->path)
        return dv_usage("sweep", "the name of the output is too long");
    int fd = open(j->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (fd < 0)
        return cannot("write", j->path);
    if (flock(fd, LOCK_EX | LOCK_NB)) {
        close(fd);
        dv_error("'%.200s' is in use: another dv sweep writes it", j->path);
        return DV_EXIT_USAGE;
    }
    j->fd = fd;
    int status = take_over(j, resume, identity, fn, self);
    if (status)
        dv_journal_close(j, false);
    return status;
}

bool dv_journal_add(struct dv_journal *j, uint64_t point, const char *record)
{
    enum { CHECK = 9 };
    char *line;
    if (j->fd < 0)
        return true;
    int n = asprintf(&line, "00000000 %" PRIu64 "\t%s", point, record);
    if (n < 0)
        return false;
    char check[CHECK + 1];
    snprintf(check, sizeof check, "%08" PRIx32 " ", check_of(line + CHECK, (size_t)n - CHECK));
    memcpy(line, check, CHECK);
    line[n] = '\n';
    bool good = write_all(j->fd, line, (size_t)n + 1);
    free(line);
    return good;
}

void dv_journal_close(struct dv_journal *j, bool finished)
{
    if (j->fd < 0)
        return;
    if (finished)
        unlink(j->path);
    close(j->fd);
    j->fd = -1;
}
