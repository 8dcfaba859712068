/* Build tool: turns files into one C table (struct dv_embedded, isa/embed.h), so that they are part
 * of the binary. usage: embed OUT.c TABLE FILE ... Knows nothing of what is in them. */
#include <stdio.h>
#include <string.h>

static int fail(const char *what, const char *path)
{
    fprintf(stderr, "embed: cannot %s %s\n", what, path);
    return 1;
}

static int put_bytes(FILE *out, const char *path, int index)
{
    FILE *in = fopen(path, "rb");
    int c, column = 0;
    if (!in)
        return fail("read", path);
    fprintf(out, "static const unsigned char text_%d[] = {\n", index);
    while ((c = fgetc(in)) != EOF)
        fprintf(out, "%d,%s", c, ++column % 24 ? "" : "\n");
    fprintf(out, "0};\n");
    fclose(in);
    return 0;
}

static void put_row(FILE *out, const char *path, int index)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    int length = dot ? (int)(dot - name) : (int)strlen(name);
    fprintf(out, "    {\"%.*s\", (const char *)text_%d, sizeof text_%d - 1},\n", length, name,
            index, index);
}

int main(int argc, char **argv)
{
    FILE *out = argc > 3 ? fopen(argv[1], "w") : NULL;
    if (!out)
        return fail("write", argc > 1 ? argv[1] : "its output");
    fprintf(out, "#include \"isa/embed.h\"\n\n");
    for (int i = 3; i < argc; i++)
        if (put_bytes(out, argv[i], i))
            return 1;
    fprintf(out, "\nconst struct dv_embedded %s[] = {\n", argv[2]);
    for (int i = 3; i < argc; i++)
        put_row(out, argv[i], i);
    fprintf(out, "    {0, 0, 0},\n};\n");
    return fclose(out) ? fail("write", argv[1]) : 0;
}
