// Kernels and hosts that are wrong, one a name: what the library says is compared by bad.sh.
//   bad NAME   launches it; prints the status of the launch. The text goes to stderr.
#include <dv/cce.h>
#include <dv/launch.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <thread>

namespace
{

dv_cce *device;
float *gm, *freed;
float host[64];

template <class T> T *at(uint64_t offset)
{
    return reinterpret_cast<T *>(offset);
}

volatile uint64_t number; // a value that the compiler does not know

uint64_t hidden(uint64_t v)
{
    number = v;
    return number;
}

// ---- operands ---------------------------------------------------------------------------------

void misaligned(void *)
{
    vadd(at<float>(0x21), at<float>(0x40), at<float>(0x60), 1, 1, 1, 1, 8, 8, 8);
}

void beyond_ub(void *)
{
    vadd(at<float>(0x2ff80), at<float>(0), at<float>(0x100), 1, 1, 1, 1, 8, 8, 8);
}

void beyond_l1(void *)
{
    copy_gm_to_cbuf(at<float>(0x7ffe0), gm, 0, 1, 2, 0, 0, PAD_NONE);
}

void beyond_l0a(void *)
{
    load_cbuf_to_ca(at<half>(0xfe00), at<half>(0), 0, 2, 1, 0, 0, false, inc);
}

void beyond_l0b(void *)
{
    load_cbuf_to_cb(at<half>(0xfe00), at<half>(0), 0, 2, 1, 0, 0, false, inc);
}

void beyond_l0c(void *)
{
    mad(at<float>(0x1fc00), at<half>(0), at<half>(0), 32, 16, 16, 0, false, false, true);
}

void beyond_gm(void *)
{
    copy_gm_to_ubuf(at<float>(0), gm + 8, 0, 1, 8, 0, 0);
}

void wrong_buffer(void *)
{
    vadd(gm, at<float>(0), at<float>(0x100), 1, 1, 1, 1, 8, 8, 8);
}

void local_for_gm(void *)
{
    copy_gm_to_ubuf(at<float>(0), at<float>(0x1000), 0, 1, 1, 0, 0);
}

void host_for_gm(void *)
{
    copy_gm_to_ubuf(at<float>(0), host, 0, 1, 1, 0, 0);
}

void freed_gm(void *)
{
    copy_gm_to_ubuf(at<float>(0), freed, 0, 1, 1, 0, 0);
}

void repeat_256(void *)
{
    vadd(at<float>(0), at<float>(0), at<float>(0), hidden(256), 1, 1, 1, 8, 8, 8);
}

void event_8(void *)
{
    set_flag(PIPE_V, PIPE_MTE3, hidden(8));
}

// ---- cores ------------------------------------------------------------------------------------

void on_aiv(void *)
{
    load_cbuf_to_ca(at<half>(0), at<half>(0), 0, 1, 1, 0, 0, false, inc);
}

void on_aic(void *)
{
    vadd(at<float>(0), at<float>(0), at<float>(0), 1, 1, 1, 1, 8, 8, 8);
}

// ---- host code of kernels ---------------------------------------------------------------------

void nothing(void *) {}

void dereference(void *)
{
    set_vector_mask(0, 1);
    *reinterpret_cast<volatile float *>(hidden(0x1000)) = 1;
}

int deeper(volatile char *above, int n)
{
    volatile char here[4096];
    here[0] = above[0];
    return n ? deeper(here, n - 1) + here[0] : 0;
}

void recursion(void *)
{
    volatile char first[1] = {0};
    set_vector_mask(0, 1);
    number = static_cast<uint64_t>(deeper(first, 1 << 20));
}

// Larger than the stack, and its first byte far below it.
void large_frame(void *)
{
    volatile char all[4000 << 10];
    all[0] = 1;
    number = static_cast<uint64_t>(all[0]);
}

void nowhere(void *)
{
    set_vector_mask(0, 1);
    *at<volatile float>(hidden(0x400000000000)) = 1;
}

void endless(void *)
{
    for (;;)
        number = static_cast<uint64_t>(get_block_idx());
}

void never_set(void *)
{
    wait_flag(PIPE_MTE2, PIPE_V, EVENT_ID3);
    vadd(at<float>(0), at<float>(0), at<float>(0x100), 1, 1, 1, 1, 8, 8, 8);
}

void throwing()
{
    set_vector_mask(0, 1);
    throw std::runtime_error("no such tile");
}

void throwing_a_number()
{
    throw 7;
}

void thrown_through_c(void *)
{
    set_vector_mask(0, 1);
    throw std::runtime_error("no such tile");
}

void leaving(void *)
{
    set_vector_mask(0, 1);
    std::exit(0);
}

void aborting(void *)
{
    std::abort();
}

void launching(void *)
{
    struct dv_cce_launch l = {};
    l.name = "inner";
    l.aiv = nothing;
    l.blocks = 1;
    number = static_cast<uint64_t>(dv_cce_launch(device, &l));
    dv_cce_close(device);
    if (dv_cce_malloc(device, "x", 32) || !dv_cce_free(device, gm))
        number = 0;
}

// ---- launches ---------------------------------------------------------------------------------

int launch(dv_cce *d, const char *name, void (*kernel)(void *), dv_cce_kind kind = DV_CCE_AIV,
           unsigned blocks = 1)
{
    struct dv_cce_launch l = {};
    l.name = name;
    l.kind = kind;
    l.aic = l.aiv = kernel;
    l.blocks = blocks;
    l.file = "bad.cpp";
    l.line = 1;
    return dv_cce_launch(d, &l);
}

// The AIC lets both AIVs of its block go on; each adds the number of the block.
void counted(void *)
{
    set_ffts_base_addr(0);
    if (dv_cce_here() == 0) {
        ffts_cross_core_sync(PIPE_FIX, 1 | 2 << 4 | 5 << 8);
    } else {
        wait_flag_dev(5);
        gm[get_subblockid()] += static_cast<float>(get_block_idx());
    }
}

int many_mixed(unsigned blocks)
{
    const float sum = static_cast<float>(blocks * (blocks - 1) / 2);
    gm[0] = gm[1] = 0;
    int status = launch(device, "counted", counted, DV_CCE_MIX, blocks);
    return status ? status : gm[0] == sum && gm[1] == sum ? 0 : 9;
}

// Two devices, each on a thread of its own, faults on one of them.
int two_threads()
{
    int status[2] = {9, 9};
    auto work = [&status](int i) {
        dv_cce *d;
        if (dv_cce_open(&d, nullptr))
            return;
        dv_cce_quiet(d, true);
        for (int n = 0; n < 50; n++)
            status[i] = i ? launch(d, "faulty", dereference) : launch(d, "fine", nothing);
        dv_cce_close(d);
    };
    std::thread a(work, 0), b(work, 1);
    a.join();
    b.join();
    return status[0] == 0 && status[1] == 1 ? 0 : 9;
}

const struct {
    const char *name;
    void (*kernel)(void *);
    dv_cce_kind kind;
    unsigned blocks;
} rows[] = {
    {"misaligned", misaligned, DV_CCE_AIV, 1},
    {"beyond_ub", beyond_ub, DV_CCE_AIV, 1},
    {"beyond_l1", beyond_l1, DV_CCE_AIC, 1},
    {"beyond_l0a", beyond_l0a, DV_CCE_AIC, 1},
    {"beyond_l0b", beyond_l0b, DV_CCE_AIC, 1},
    {"beyond_l0c", beyond_l0c, DV_CCE_AIC, 1},
    {"beyond_gm", beyond_gm, DV_CCE_AIV, 1},
    {"wrong_buffer", wrong_buffer, DV_CCE_AIV, 1},
    {"local_for_gm", local_for_gm, DV_CCE_AIV, 1},
    {"host_for_gm", host_for_gm, DV_CCE_AIV, 1},
    {"freed_gm", freed_gm, DV_CCE_AIV, 1},
    {"repeat_256", repeat_256, DV_CCE_AIV, 1},
    {"event_8", event_8, DV_CCE_AIV, 1},
    {"on_aiv", on_aiv, DV_CCE_AIV, 1},
    {"on_aic", on_aic, DV_CCE_AIC, 1},
    {"dereference", dereference, DV_CCE_AIV, 1},
    {"recursion", recursion, DV_CCE_AIV, 1},
    {"large_frame", large_frame, DV_CCE_AIV, 1},
    {"nowhere", nowhere, DV_CCE_AIV, 1},
    {"endless", endless, DV_CCE_AIV, 1},
    {"never_set", never_set, DV_CCE_AIV, 1},
    {"thrown_through_c", thrown_through_c, DV_CCE_AIV, 1},
    {"leaving", leaving, DV_CCE_AIV, 1},
    {"aborting", aborting, DV_CCE_AIV, 1},
    {"launching", launching, DV_CCE_AIV, 1},
    {"no_blocks", nothing, DV_CCE_AIV, 0},
    {"blocks_65536", nothing, DV_CCE_AIV, 65536},
};

int other(const std::string &name)
{
    void *none = nullptr;
    if (name == "outside")
        vadd(at<float>(0), at<float>(0), at<float>(0x100), 1, 1, 1, 1, 8, 8, 8);
    if (name == "throwing")
        return DV_LAUNCH(throwing, 1, none, none)();
    if (name == "throwing_a_number")
        return DV_LAUNCH(throwing_a_number, 1, none, none)();
    if (name == "no_kernel")
        return launch(device, "no_kernel", nullptr);
    if (name == "freed_twice")
        return dv_cce_free(device, freed);
    if (name == "mixed")
        return many_mixed(24);
    if (name == "many_mixed")
        return many_mixed(100);
    return name == "two_threads" ? two_threads() : 99;
}

} // namespace

int main(int argc, char **argv)
{
    const std::string name = argc > 1 ? argv[1] : "";
    int status = -1;

    device = dv_cce_default();
    gm = static_cast<float *>(dv_cce_malloc(device, "x", 64));
    freed = static_cast<float *>(dv_cce_malloc(device, "y", 64));
    if (!gm || !freed || dv_cce_free(device, freed))
        return 98;
    dv_cce_max_cycles(device, 100000);
    for (const auto &r : rows)
        if (name == r.name)
            status = launch(device, r.name, r.kernel, r.kind, r.blocks);
    if (status == -1)
        status = other(name);
    if (name == "launching")
        std::printf("inner %d\n", static_cast<int>(number));
    if (name == "freed_twice")
        std::fprintf(stderr, "%s\n", dv_cce_error(device));
    std::printf("status %d\n", status);
    // after a fault the device still works
    return launch(device, "after", nothing);
}
