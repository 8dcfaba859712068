/* Arguments and run-time shapes: what a user may write, what is refused and how it is said.
 * Evidence: CONTRACT sections 2 and 3. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "emu/run/args.h"
#include "emu/run/shape.h"

static struct dv_param tensor(const char *name, uint8_t role, uint8_t elem, const char *d0,
                              const char *d1)
{
    return (struct dv_param){.name = (char *)name,
                             .role = role,
                             .elem = elem,
                             .dims = d1   ? 2
                                     : d0 ? 1
                                          : 0,
                             .dim = {(char *)d0, (char *)d1}};
}

static struct dv_param scalar(const char *name, uint8_t elem, const char *def)
{
    return (struct dv_param){
        .name = (char *)name, .role = DV_PARAM_SCALAR, .elem = elem, .def = (char *)def};
}

/* a[m, k] c[m*blocks] s[] m n k alpha: shapes before the scalars they use. */
static struct dv_param params[16];
static struct dv_kernel kernel;

static void make_kernel(void)
{
    unsigned n = 0;
    params[n++] = tensor("a", DV_PARAM_IN, DV_EL_F16, "m", "k");
    params[n++] = tensor("c", DV_PARAM_OUT, DV_EL_F32, "align_up(m*blocks, 16)", NULL);
    params[n++] = tensor("s", DV_PARAM_SCRATCH, DV_EL_U8, NULL, NULL);
    params[n++] = scalar("m", DV_EL_U32, "k*2");
    params[n++] = scalar("k", DV_EL_U32, "3");
    params[n++] = scalar("off", DV_EL_S32, "-1");
    params[n++] = scalar("big", DV_EL_U64, "0xffffffffffffffff");
    params[n++] = scalar("alpha", DV_EL_F32, "0.5");
    params[3].min = (char *)"1";
    params[3].max = (char *)"k*1000";
    params[4].multiple = (char *)"3";
    kernel = (struct dv_kernel){
        .name = (char *)"demo", .param = params, .params = n, .blocks = (char *)"ceil_div(m, 4)"};
}

Test(run_args, defaults_in_any_order)
{
    struct dv_args a;
    struct dv_diag d;
    make_kernel();
    dv_diag_init(&d);
    cr_assert_eq(dv_args_bind(&a, &kernel, NULL, 0, 0, &d), DV_OK, "%s", d.text);
    cr_expect_eq(a.blocks, 2);
    cr_expect_eq(a.arg[0].dim[0], 6);
    cr_expect_eq(a.arg[0].dim[1], 3);
    cr_expect_eq(a.arg[0].elems, 18);
    cr_expect_eq(a.arg[0].bytes, 36);
    cr_expect_eq(a.arg[1].elems, 16);
    cr_expect_eq(a.arg[1].bytes, 64);
    cr_expect_eq(a.arg[2].elems, 1, "a tensor without dimensions is one element");
    cr_expect_eq(a.arg[3].slot, 6);
    cr_expect_eq(a.arg[5].slot, UINT64_MAX, "s32 is sign-extended");
    cr_expect_eq(a.arg[6].slot, UINT64_MAX);
    cr_expect_eq(a.arg[7].slot, 0x3f000000, "f32 in the low half");
    dv_args_free(&a);
}

Test(run_args, given_values)
{
    static const char *const text[] = {"k=6e0",   "m=k*3+2",    "alpha=-2",
                                       "a=zeros", "c=@out.npy", "off=0x10"};
    struct dv_args a;
    struct dv_diag d;
    make_kernel();
    dv_diag_init(&d);
    cr_assert_eq(dv_args_bind(&a, &kernel, text, 6, 7, &d), DV_OK, "%s", d.text);
    cr_expect_eq(a.blocks, 7);
    cr_expect_eq(a.arg[3].i, 20);
    cr_expect_eq(a.arg[1].elems, 144);
    cr_expect_eq(a.arg[5].i, 16);
    cr_expect_eq(a.arg[7].slot, 0xc0000000);
    cr_expect_str_eq(a.arg[0].text, "zeros");
    cr_expect_str_eq(a.arg[1].save, "out.npy");
    dv_args_free(&a);
}

/* One text that must be refused, with code, message and remedy. */
static const struct {
    const char *text;
    enum dv_err code;
    const char *message, *fix;
} bad[] = {
    {"alpa=1", DV_E_CONFIG, "kernel 'demo' has no parameter 'alpa'", "did you mean 'alpha'?"},
    {"kk=1", DV_E_CONFIG, "kernel 'demo' has no parameter 'kk'",
     "its parameters are a, c, s, m, k, off, big, alpha"},
    {"unlike=1", DV_E_CONFIG, "kernel 'demo' has no parameter 'unlike'",
     "its parameters are a, c, s, m, k, off, big, alpha"},
    {"k", DV_E_CONFIG, "argument 'k' is not of the form name=value", ""},
    {"=3", DV_E_CONFIG, "argument '=3' is not of the form name=value", ""},
    {"k=", DV_E_CONFIG, "argument 'k' is empty", ""},
    {"k=4", DV_E_CONFIG, "argument 'k' = 4 is not a multiple of 3", ""},
    {"m=0", DV_E_CONFIG, "argument 'm' = 0 is below its minimum 1", ""},
    {"m=3001", DV_E_CONFIG, "argument 'm' = 3001 is above its maximum 3000", ""},
    {"m=-1", DV_E_CONFIG, "argument 'm' = -1 does not fit type u32", ""},
    {"m=4294967296", DV_E_CONFIG, "argument 'm' = 4294967296 does not fit type u32", ""},
    {"off=2147483648", DV_E_CONFIG, "argument 'off' = 2147483648 does not fit type s32", ""},
    {"k=1.5", DV_E_CONFIG, "value of 'k': expected an integer, found '1.5'", ""},
    {"k=1e300", DV_E_CONFIG, "value of 'k': expected an integer, found '1e300'", ""},
    {"k=m", DV_E_CONFIG, "the value of 'm' depends on itself", ""},
    {"k=k", DV_E_CONFIG, "the value of 'k' depends on itself", ""},
    {"k=blocks", DV_E_CONFIG, "the value of 'blocks' depends on itself", ""},
    {"k=zz", DV_E_SYMBOL, "'zz' is not a number or a parameter of kernel 'demo'", ""},
    {"k=a", DV_E_SYMBOL, "'a' is a tensor, not a number", ""},
    {"c=zeros", DV_E_CONFIG,
     "argument 'c': an out tensor takes no contents; write "
     "'c=@FILE.npy' to save it",
     ""},
    {"s=zeros", DV_E_CONFIG,
     "argument 's': a scratch tensor takes no contents; write "
     "'s=@FILE.npy' to save it",
     ""},
    {"a=@x.npy", DV_E_CONFIG, "argument 'a': only out and inout tensors can be written to a file",
     ""},
    {"c=@c.txt", DV_E_CONFIG, "argument 'c': cannot write 'c.txt' as npy", "end the name in .npy"},
    {"c=@.npy", DV_E_CONFIG, "argument 'c': cannot write '.npy' as npy", "end the name in .npy"},
    {"c=@", DV_E_CONFIG, "argument 'c': expected a file name after '@'", ""},
};

Test(run_args, refusals)
{
    make_kernel();
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct dv_args a;
        struct dv_diag d;
        dv_diag_init(&d);
        enum dv_err e = dv_args_bind(&a, &kernel, &bad[i].text, 1, 0, &d);
        cr_expect_eq(e, bad[i].code, "%s: %s", bad[i].text, dv_err_name(e));
        cr_expect_str_eq(d.text, bad[i].message, "%s: %s", bad[i].text, d.text);
        cr_expect_str_eq(d.fix, bad[i].fix, "%s: %s", bad[i].text, d.fix);
        dv_args_free(&a);
    }
}

Test(run_args, twice)
{
    static const char *const text[] = {"k=3", "k=6"};
    struct dv_args a;
    struct dv_diag d;
    make_kernel();
    dv_diag_init(&d);
    cr_expect_eq(dv_args_bind(&a, &kernel, text, 2, 0, &d), DV_E_CONFIG);
    cr_expect_str_eq(d.text, "argument 'k' is given twice");
    dv_args_free(&a);
}

/* Declarations that cannot be met; the place of a bad default is its declaration. */
Test(run_args, declarations)
{
    struct dv_args a;
    struct dv_diag d;
    make_kernel();
    params[4].def = NULL;
    dv_diag_init(&d);
    cr_expect_eq(dv_args_bind(&a, &kernel, NULL, 0, 0, &d), DV_E_CONFIG);
    cr_expect_str_eq(d.text, "missing argument: scalar 'k' has no default; give k=NUMBER");
    dv_args_free(&a);

    make_kernel();
    params[4].def = (char *)"3 +";
    params[4].file = (char *)"demo.s";
    params[4].line = 7;
    dv_diag_init(&d);
    cr_expect_neq(dv_args_bind(&a, &kernel, NULL, 0, 0, &d), DV_OK);
    cr_expect_str_eq(d.at.file, "demo.s");
    cr_expect_eq(d.at.line, 7);
    dv_args_free(&a);

    make_kernel();
    params[0].dim[0] = (char *)"off";
    dv_diag_init(&d);
    cr_expect_eq(dv_args_bind(&a, &kernel, NULL, 0, 0, &d), DV_E_CONFIG);
    cr_expect_str_eq(d.text, "tensor 'a': dimension 0 (off) is -1");
    dv_args_free(&a);

    make_kernel();
    params[0].layout = (char *)"zzz";
    dv_diag_init(&d);
    cr_expect_eq(dv_args_bind(&a, &kernel, NULL, 0, 0, &d), DV_E_CONFIG);
    cr_expect_str_eq(d.text, "tensor 'a': there is no layout zzz");
    dv_args_free(&a);

    make_kernel();
    kernel.blocks = (char *)"k-3";
    dv_diag_init(&d);
    cr_expect_eq(dv_args_bind(&a, &kernel, NULL, 0, 0, &d), DV_E_CONFIG);
    cr_expect_str_eq(d.text, "blocks = 0 is not in 1..65535");
    dv_args_free(&a);
}

/* Sizes that overflow or cannot fit the host are refused before anything is allocated. */
Test(run_args, sizes)
{
    static const char *const dims[] = {"9223372036854775807", "1 << 62", "1 << 48"};
    for (unsigned i = 0; i < 3; i++) {
        struct dv_args a;
        struct dv_diag d;
        make_kernel();
        params[0].dim[0] = (char *)dims[i];
        dv_diag_init(&d);
        cr_expect_eq(dv_args_bind(&a, &kernel, NULL, 0, 0, &d), DV_E_MEMORY, "%s: %s", dims[i],
                     d.text);
        dv_args_free(&a);
    }
    struct dv_args a;
    make_kernel();
    params[0].dim[0] = (char *)"0";
    cr_expect_eq(dv_args_bind(&a, &kernel, NULL, 0, 0, NULL), DV_OK, "empty tensors are legal");
    cr_expect_eq(a.arg[0].bytes, 0);
    dv_args_free(&a);
}

/* A chain of a hundred parameters: too deep, but no overflow of our own stack. */
Test(run_args, depth)
{
    static struct dv_param chain[100];
    static char name[101][8];
    for (unsigned i = 0; i <= 100; i++)
        snprintf(name[i], sizeof name[i], "p%u", i);
    for (unsigned i = 0; i < 100; i++)
        chain[i] = scalar(name[i], DV_EL_U32, i < 99 ? name[i + 1] : "1");
    struct dv_kernel k = {.name = (char *)"deep", .param = chain, .params = 100};
    struct dv_args a;
    struct dv_diag d;
    dv_diag_init(&d);
    cr_expect_eq(dv_args_bind(&a, &k, NULL, 0, 0, &d), DV_E_CONFIG);
    cr_expect_str_eq(d.text, "parameters depend on each other more than 64 deep");
    dv_args_free(&a);
}
