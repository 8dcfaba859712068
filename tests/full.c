/* A disk that is full for one file, for tests: preloaded, it lets $FULL_AT bytes into a file whose
 * path ends in $FULL_NAME. */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int is_it(int fd)
{
    const char *name = getenv("FULL_NAME");
    char link[32], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    if (n < 0 || !name || (size_t)n < strlen(name))
        return 0;
    path[n] = 0;
    return !strcmp(path + n - strlen(name), name);
}

/* The signature of the C library's. */
__attribute__((visibility("default"))) ssize_t write(int fd, const void *p, size_t n)
{
    static ssize_t (*real)(int, const void *, size_t);
    const char *limit = getenv("FULL_AT");
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "write");
    if (!limit || !is_it(fd))
        return real(fd, p, n);
    off_t room = (off_t)strtoll(limit, NULL, 10) - lseek(fd, 0, SEEK_CUR);
    if (room <= 0) {
        errno = ENOSPC;
        return -1;
    }
    return real(fd, p, (size_t)room < n ? (size_t)room : n);
}
