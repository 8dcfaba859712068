/* Runs a fuzz target over a corpus as an ordinary test: every file as it is, then a fixed number
 * of damaged copies of it. The damage is a function of the file alone, so a failure repeats.
 *
 *   TARGET [-n COPIES] [-m GIB] [-v] FILE|DIRECTORY ..
 *
 * -m is the limit of the address space, which a target that reserves GM needs; default 2.
 * Prints TAP, one case a file. Knows no room of the project. */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

enum { FILE_MOST = 1 << 20, PATH_MOST = 4096, CORPUS_MOST = 4096 };

struct input {
    uint8_t *p;
    size_t n;
};

static unsigned cases;
static bool verbose;

static uint64_t next(uint64_t *state)
{
    uint64_t x = *state;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return *state = x;
}

static uint64_t hash(const struct input *in)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < in->n; i++)
        h = (h ^ in->p[i]) * 0x100000001b3u;
    return h | 1;
}

/* ---- damage: each changes a copy in place and may shorten it --------------------------------- */

static size_t flip(uint8_t *p, size_t n, uint64_t *r)
{
    for (unsigned i = next(r) % 4; i < 5; i++)
        p[next(r) % n] ^= (uint8_t)(1u << next(r) % 8);
    return n;
}

static size_t cut(uint8_t *p, size_t n, uint64_t *r)
{
    (void)p;
    return next(r) % n;
}

static size_t extreme(uint8_t *p, size_t n, uint64_t *r)
{
    static const uint8_t value[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
    size_t at = next(r) % n, bytes = (size_t)1 << next(r) % 4;
    for (size_t i = at; i < n && i < at + bytes; i++)
        p[i] = value[next(r) % sizeof(value)];
    return n;
}

static size_t move(uint8_t *p, size_t n, uint64_t *r)
{
    size_t from = next(r) % n, to = next(r) % n, room = n - (from > to ? from : to);
    memmove(p + to, p + from, 1 + next(r) % room);
    return n;
}

static size_t drop(uint8_t *p, size_t n, uint64_t *r)
{
    size_t at = next(r) % n, bytes = 1 + next(r) % (n - at < 16 ? n - at : 16);
    memmove(p + at, p + at + bytes, n - at - bytes);
    return n - bytes;
}

static size_t fill(uint8_t *p, size_t n, uint64_t *r)
{
    static const char likely[] = "0123456789abcdefx.,:;#[](){}<>=+-*/&|^~!\"'\\ \n\t";
    size_t at = next(r) % n;
    for (size_t i = at; i < n && i < at + 4; i++)
        p[i] = (uint8_t)likely[next(r) % (sizeof(likely) - 1)];
    return n;
}

static size_t (*const damage[])(uint8_t *, size_t, uint64_t *) = {flip, cut,  extreme,
                                                                  move, drop, fill};

static void run(const uint8_t *p, size_t n)
{
    /* An exact copy, so that a sanitizer sees one byte too many. */
    uint8_t *copy = malloc(n ? n : 1);
    FUZZ_CHECK(copy != NULL);
    if (n)
        memcpy(copy, p, n);
    LLVMFuzzerTestOneInput(copy, n);
    free(copy);
}

static void run_damaged(const struct input *in, unsigned copies)
{
    uint64_t r = hash(in);
    uint8_t *p = malloc(in->n ? in->n : 1);
    FUZZ_CHECK(p != NULL);
    for (unsigned i = 0; i < copies && in->n; i++) {
        size_t n = in->n;
        memcpy(p, in->p, n);
        for (unsigned k = next(&r) % 3; k < 3 && n; k++)
            n = damage[next(&r) % (sizeof(damage) / sizeof(damage[0]))](p, n, &r);
        run(p, n);
    }
    free(p);
}

static bool read_file(const char *path, struct input *in)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return false;
    in->p = malloc(FILE_MOST);
    FUZZ_CHECK(in->p != NULL);
    in->n = fread(in->p, 1, FILE_MOST, f);
    fclose(f);
    return true;
}

static bool replay_file(const char *path, unsigned copies)
{
    struct input in;
    const char *name = strrchr(path, '/');
    if (!read_file(path, &in)) {
        printf("not ok %u - %s cannot be read\n", ++cases, path);
        return false;
    }
    if (verbose)
        fprintf(stderr, "%s\n", path);
    run(in.p, in.n);
    run_damaged(&in, copies);
    free(in.p);
    printf("ok %u - %s\n", ++cases, name ? name + 1 : path);
    fflush(stdout);
    return true;
}

static bool replay(const char *path, unsigned copies)
{
    struct stat s;
    struct dirent **entry;
    char inner[PATH_MOST];
    bool good = true;
    if (stat(path, &s) || !S_ISDIR(s.st_mode))
        return replay_file(path, copies);
    int n = scandir(path, &entry, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        int length = snprintf(inner, sizeof(inner), "%s/%s", path, entry[i]->d_name);
        if (entry[i]->d_name[0] != '.' && length < PATH_MOST && i < CORPUS_MOST)
            good &= replay_file(inner, copies);
        free(entry[i]);
    }
    if (n >= 0)
        free(entry);
    return good;
}

/* An unbounded allocation must fail at once instead of taking the host down. Sanitizers reserve
 * more address space than any limit. */
/* gcc says so with a macro, clang with a feature. */
#if defined(__SANITIZE_ADDRESS__)
#define UNDER_ASAN
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_ASAN
#endif
#endif

static void limit_memory(unsigned long gib)
{
#ifndef UNDER_ASAN
    struct rlimit most;
    getrlimit(RLIMIT_AS, &most);
    most.rlim_cur = (rlim_t)gib << 30;
    setrlimit(RLIMIT_AS, &most);
#else
    (void)gib;
#endif
}

int main(int argc, char **argv)
{
    unsigned copies = 200;
    bool good = true;
    limit_memory(2);
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "-n") && i + 1 < argc)
            copies = (unsigned)strtoul(argv[++i], NULL, 10);
        else if (!strcmp(argv[i], "-m") && i + 1 < argc)
            limit_memory(strtoul(argv[++i], NULL, 10));
        else if (!strcmp(argv[i], "-v"))
            verbose = true;
        else
            good &= replay(argv[i], copies);
    }
    run(NULL, 0);
    printf("ok %u - no bytes\n1..%u\n", cases + 1, cases + 1);
    return good && cases ? 0 : 1;
}
