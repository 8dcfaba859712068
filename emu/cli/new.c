/* dv new: a small kernel to start from. Owns the texts, in which every @ is the name. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emu/cli/cli.h"

static const char vector_kernel[] =
    "; @: c = a + b in f16 for any n, one tile after another\n"
    ".kernel @, core=aiv\n"
    ".param  a, in,  f16[n]\n"
    ".param  b, in,  f16[n]\n"
    ".param  c, out, f16[n]\n"
    ".param  n, u32 = 10000\n"
    ".ref    add, max_ulp=0\n"
    "\n"
    ".equ    T, 4096                           ; elements a tile\n"
    ".buf    A, ub, f16[T]\n"
    ".buf    B, ub, f16[T]\n"
    ".buf    C, ub, f16[T]\n"
    ".flag   full,  mte2 -> v                  ; A and B are loaded\n"
    ".flag   ready, v    -> mte3               ; C is computed\n"
    ".flag   saved, mte3 -> mte2               ; C is stored: the buffers may be used again\n"
    "\n"
    "@:\n"
    "    .reg    pa:gm, pb:gm, pc:gm, left, bytes, zero = 0, tile = T, step = 2*T\n"
    "    .reg    ra:ub = A, rb:ub = B, rc:ub = C\n"
    "    .reg    mv:align = {len_burst=2*T}, v:vec3 = {repeat=T/128}\n"
    "    ldparam pa, a\n"
    "    ldparam pb, b\n"
    "    ldparam pc, c\n"
    "    ldparam left, n\n"
    "loop:\n"
    "    jumpcmp.le.s64 left, zero, out\n"
    "    add.s64 bytes, left, left             ; the last tile is shorter\n"
    "    jumpcmp.le.s64 left, tile, last\n"
    "    mov     bytes, step\n"
    "last:\n"
    "    mov     mv.len_burst, bytes\n"
    "    mov_out_to_ub_align.b16 [ra], [pa], mv\n"
    "    mov_out_to_ub_align.b16 [rb], [pb], mv\n"
    "    set     full\n"
    "    wait    full\n"
    "    vadd.f16 [rc], [ra], [rb], v\n"
    "    set     ready\n"
    "    wait    ready\n"
    "    mov_ub_to_out_align.b16 [pc], [rc], mv\n"
    "    set     saved\n"
    "    wait    saved\n"
    "    add.s64 pa, pa, step\n"
    "    add.s64 pb, pb, step\n"
    "    add.s64 pc, pc, step\n"
    "    sub.s64 left, left, tile\n"
    "    jump    loop\n"
    "out:\n"
    "    end\n";

/* One tile of 64 x 64 x 64 through the cube unit: shared by the aic and the mix kernel. */
/* clang-format off */
#define CUBE_BUFFERS \
    ".buf    LA,  l1,  f16[M0*K0]              ; NZ: panels of 16 columns\n" \
    ".buf    LB,  l1,  f16[K0*N0]\n" \
    ".buf    ZA,  l0a, f16[M0*K0]\n" \
    ".buf    ZB,  l0b, f16[K0*N0]\n" \
    ".buf    ACC, l0c, f32[M0*N0]\n" \
    ".flag   in_l1, mte2 -> mte1\n" \
    ".flag   in_l0, mte1 -> m\n" \
    ".flag   added, m    -> fix\n"
#define CUBE_CODE \
    "    .reg    pa:gm, pb:gm, pc:gm\n" \
    "    .reg    fa:l1 = LA, fb:l1 = LB, ta:l0a = ZA, tb:l0b = ZB, sum:l0c = ACC\n" \
    "    .reg    da:l0a = ZA, db:l0b = ZB, rowa = 512, rowb = N0/16*512\n" \
    "    .reg    na:nd2nz = {n_value=M0 d_value=K0 src_d_value=K0 dst_c0_stride=M0}\n" \
    "    .reg    nb:nd2nz = {n_value=K0 d_value=N0 src_d_value=N0 dst_c0_stride=K0}\n" \
    "    .reg    ca:load2d = {repeat=M0/16 dst_gap=K0/16-1}\n" \
    "    .reg    cb:load2dt = {repeat=N0/16 src_stride=K0/16}\n" \
    "    .reg    mm:mmad = {m=M0 k=K0 n=N0 c_init=1}\n" \
    "    .reg    fx:fix = {n=N0 m=M0 dst_stride=N0 src_stride=M0 nz2nd=1}\n" \
    "    ldparam pa, a\n" \
    "    ldparam pb, b\n" \
    "    ldparam pc, c\n" \
    "    mov_out_to_l1_multi_nd2nz.b16 [fa], [pa], na\n" \
    "    mov_out_to_l1_multi_nd2nz.b16 [fb], [pb], nb\n" \
    "    set     in_l1\n" \
    "    wait    in_l1\n" \
    "    .rept   K0/16\n" \
    "    load_l1_to_l0a_2d               [da], [fa], ca\n" \
    "    load_l1_to_l0b_2d_transpose.f16 [db], [fb], cb\n" \
    "    add     ca.start, M0/16               ; next panel of A\n" \
    "    add     cb.start, 1                   ; next row of squares of B\n" \
    "    add.s64 da, da, rowa\n" \
    "    add.s64 db, db, rowb\n" \
    "    .endr\n" \
    "    set     in_l0\n" \
    "    wait    in_l0\n" \
    "    mmad.f16f32 [sum], [ta], [tb], mm\n" \
    "    set     added\n" \
    "    wait    added\n" \
    "    fix_l0c_to_out.f32 [pc], [sum], fx\n" \
    "    end\n"
/* clang-format on */

static const char matrix_kernel[] = "; @: c = a x b for one tile of 64 x 64 x 64, f16 in, f32 out\n"
                                    ".equ    M0, 64\n"
                                    ".equ    N0, 64\n"
                                    ".equ    K0, 64\n"
                                    ".kernel @, core=aic\n"
                                    ".param  a, in,  f16[64, 64]\n"
                                    ".param  b, in,  f16[64, 64]\n"
                                    ".param  c, out, f32[64, 64]\n"
                                    ".ref    gemm, rtol=1e-5, atol=1e-4\n"
                                    "\n" CUBE_BUFFERS "\n"
                                    "@:\n" CUBE_CODE;

static const char mix_kernel[] =
    "; @: two independent halves on one AI core: its cube core multiplies, c = a x b, one tile of\n"
    "; 64 x 64 x 64, while its two vector cores add, z = x + y, half of z each. The halves share "
    "no\n"
    "; data: a vector core that reads what the cube core wrote has to wait for it with flags "
    "between cores\n"
    "; (cross_set in dv.inc). --verify compares c with the reference; --expect z=FILE.npy compares "
    "z\n"
    "; with a file.\n"
    ".equ    M0, 64\n"
    ".equ    N0, 64\n"
    ".equ    K0, 64\n"
    ".equ    T, 4096                           ; elements of z a vector core\n"
    ".kernel @, core=mix, ratio=1:2\n"
    ".param  a, in,  f16[64, 64]\n"
    ".param  b, in,  f16[64, 64]\n"
    ".param  c, out, f32[64, 64]\n"
    ".param  x, in,  f16[8192]\n"
    ".param  y, in,  f16[8192]\n"
    ".param  z, out, f16[8192]\n"
    ".ref    gemm, a, b, rtol=1e-5, atol=1e-4\n"
    ".entry  aic, cube\n"
    ".entry  aiv, vector\n"
    "\n" CUBE_BUFFERS ".buf    X, ub, f16[T]\n"
    ".buf    Y, ub, f16[T]\n"
    ".flag   full,  mte2 -> v\n"
    ".flag   ready, v    -> mte3\n"
    "\n"
    "cube:\n"
    ".scope\n" CUBE_CODE ".endscope\n"
    "\n"
    "vector:\n"
    ".scope\n"
    "    .reg    px:gm, py:gm, pz:gm, half, bytes = 2*T\n"
    "    .reg    rx:ub = X, ry:ub = Y\n"
    "    .reg    mv:align = {len_burst=2*T}, v:vec3 = {repeat=T/128}\n"
    "    mov     half, subblockid              ; 0 or 1: which of the two vector cores this is\n"
    "    mul.s64 half, half, bytes\n"
    "    ldparam px, x\n"
    "    ldparam py, y\n"
    "    ldparam pz, z\n"
    "    add.s64 px, px, half\n"
    "    add.s64 py, py, half\n"
    "    add.s64 pz, pz, half\n"
    "    mov_out_to_ub_align.b16 [rx], [px], mv\n"
    "    mov_out_to_ub_align.b16 [ry], [py], mv\n"
    "    set     full\n"
    "    wait    full\n"
    "    vadd.f16 [rx], [rx], [ry], v\n"
    "    set     ready\n"
    "    wait    ready\n"
    "    mov_ub_to_out_align.b16 [pz], [rx], mv\n"
    "    end\n"
    ".endscope\n";

static bool is_name(const char *s)
{
    if (!isalpha((unsigned char)*s) && *s != '_')
        return false;
    for (const char *c = s; *c; c++)
        if (!isalnum((unsigned char)*c) && *c != '_')
            return false;
    return strlen(s) < 64;
}

/* The kernel of that name; NULL when the host is out of memory. */
static char *named(const char *name, const char *text)
{
    size_t n = 1;
    for (const char *c = text; *c; c++)
        n += *c == '@' ? strlen(name) : 1;
    char *out = malloc(n), *to = out;
    for (const char *c = text; out && *c; c++)
        to += *c == '@' ? sprintf(to, "%s", name) : sprintf(to, "%c", *c);
    return out;
}

static void say_nothing(void *self, const char *text, size_t n)
{
    (void)self, (void)text, (void)n;
}

/* The name may mean something else in the text, a buffer or a register. */
static bool assembles(const char *text)
{
    static const char *const none[] = {""};
    struct dv_asm_opts o = {.include = none};
    struct dv_sink to = {NULL, say_nothing};
    struct dv_obj *obj = NULL;
    struct dv_diag d;
    dv_diag_init(&d);
    bool good = dv_asm_text("new.s", text, strlen(text), &o, &to, &obj, &d) == DV_OK;
    dv_obj_free(obj);
    return good;
}

static int write_text(const char *name, const char *text)
{
    char path[80];
    snprintf(path, sizeof path, "%s.s", name);
    FILE *f = fopen(path, "wx");
    if (!f) {
        dv_error("cannot write '%s': %s", path, strerror(errno));
        return DV_EXIT_USAGE;
    }
    bool failed = fputs(text, f) < 0;
    if (fclose(f) || failed) {
        dv_error("cannot write '%s'", path);
        unlink(path);
        return DV_EXIT_USAGE;
    }
    printf("wrote: %s\ntry: dv run %s --verify\n", path, path);
    return DV_EXIT_OK;
}

static int write_kernel(const char *name, const char *text)
{
    char *mine = named(name, text);
    int status = DV_EXIT_INTERNAL;
    if (mine && !assembles(mine))
        status = dv_usage("new", "'%.60s' means something else in this kernel: choose another name",
                          name);
    else if (mine)
        status = write_text(name, mine);
    free(mine);
    return status;
}

int dv_cmd_new(int argc, char **argv)
{
    static const struct option list[] = {{"core", 1, NULL, 'k'}, {"help", 0, NULL, 'h'}, {0}};
    const char *core = "aiv";
    int got;
    opterr = 0;
    optind = 1;
    while ((got = getopt_long(argc, argv, ":h", list, NULL)) != -1) {
        if (got == 'h')
            return dv_show_help("new");
        if (got != 'k')
            return dv_bad_option("new", list, got, argv);
        core = optarg;
    }
    if (optind + 1 != argc)
        return dv_usage("new", "expected one name");
    if (!is_name(argv[optind]))
        return dv_usage("new", "'%.60s' is no name: use letters, digits and _", argv[optind]);
    if (!strcmp(core, "aic"))
        return write_kernel(argv[optind], matrix_kernel);
    if (!strcmp(core, "aiv"))
        return write_kernel(argv[optind], vector_kernel);
    if (!strcmp(core, "mix"))
        return write_kernel(argv[optind], mix_kernel);
    return dv_usage("new", "--core %.40s: expected aic, aiv or mix", core);
}
