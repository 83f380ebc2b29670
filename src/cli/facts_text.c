#include "cli/facts_text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"

#define LABEL_COLUMNS 44
#define TEXT_COLUMNS 60

/* Where keys that begin so belong; the first that fits. */
static const struct {
    const char *prefix;
    const char *group;
} places[] = {
    {"os.", N_("System")},         {"clock", N_("System")},      {"cluster", N_("System")},        {"arch", N_("System")},
    {"kernel.config", N_("Kernel")}, {"kernel", N_("System")},   {"hostname.address", N_("Names")}, {"hostname", N_("System")},
    {"machine_id", N_("System")},  {"boot_id", N_("System")},    {"uuid", N_("System")},           {"init", N_("System")},
    {"virt", N_("System")},        {"lxd", N_("System")},        {"kmsg", N_("System")},           {"userns", N_("System")},
    {"cpus", N_("Hardware")},      {"memory", N_("Hardware")},   {"swap", N_("Hardware")},         {"disk:", N_("Disks")},
    {"used:", N_("Disks")},        {"inodes:", N_("Disks")},     {"fs:", N_("Disks")},             {"rotational:", N_("Disks")},  {"sysctl", N_("Kernel")},
    {"module", N_("Kernel")},      {"cgroup", N_("Kernel")},     {"selinux", N_("Security")},      {"apparmor", N_("Security")},
    {"firewall", N_("Security")},  {"chains", N_("Security")},   {"iface.", N_("Network")},        {"gateway", N_("Network")},
    {"addr:", N_("Network")},      {"mac:", N_("Network")},      {"mtu:", N_("Network")},          {"route", N_("Network")},
    {"nm.", N_("Network")},        {"iptables.", N_("Network")}, {"nft.", N_("Network")},          {"resolv", N_("Names")},
    {"hosts.", N_("Names")},       {"listen", N_("Ports")},      {"holder", N_("Ports")},          {"pkg", N_("Packages")},
    {"repo.", N_("Packages")},     {"runtime", N_("Runtimes")},  {"kube.", N_("Runtimes")},        {"service", N_("Services")},
    {"path:", N_("Left over")},    {"link:", N_("Left over")},   {"home.", N_("Left over")},       {"uid", N_("User")},
    {"root", N_("User")},          {"sudo.", N_("User")},        {"path.", N_("User")},            {"proxy:", N_("User")},
    {"no-proxy", N_("User")},      {"fsync:", N_("Disks")},      {"fetch:", N_("Network")},        {"address:", N_("Network")},
    {"pmtu:", N_("Network")},
    {"tool:", N_("Tools")},        {"need-root:", N_("Only root could tell")},
};

static const char *const group_order[] = {
    N_("System"),   N_("Hardware"), N_("Disks"),    N_("Kernel"),   N_("Security"), N_("Network"), N_("Names"), N_("Ports"),
    N_("Packages"), N_("Runtimes"), N_("Services"), N_("Left over"), N_("User"),    N_("Tools"),   N_("Only root could tell"), N_("Other"),
};
#define GROUP_COUNT (sizeof group_order / sizeof *group_order)

/* Families of which the name is told under the value. */
static const char *const families[] = {"tool:",      "kernel.config:", "module:", "module.boot:", "path:", "service:", "need-root:",
                                       "service.enabled:", "link:",   "proxy:",  "disk:",        "used:", "inodes:",  "fs:",
                                       "rotational:", "no-answer:", "runtime.open:"};

struct row {
    size_t group;
    char *label;      /* owned */
    const char *text; /* borrowed from the facts */
};

static size_t group_of(const char *key)
{
    const char *group = "Other";
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (strncmp(key, places[i].prefix, strlen(places[i].prefix)) == 0) {
            group = places[i].group;
            break;
        }
    size_t i = 0;
    while (i + 1 < GROUP_COUNT && strcmp(group_order[i], group) != 0)
        i++;
    return i;
}

static struct row row_of(const struct fact *fact)
{
    struct row row = {.group = group_of(fact->key), .text = fact->value};
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        size_t len = strlen(families[i]);
        if (strncmp(fact->key, families[i], len) != 0)
            continue;
        row.label = mem_printf("%s %s", families[i], fact->value);
        row.text = fact->key + len;
        return row;
    }
    row.label = mem_strdup(fact->key);
    return row;
}

/* Numbers by their value. */
static int compare_text(const char *a, const char *b)
{
    size_t m = strspn(a, "0123456789"), n = strspn(b, "0123456789");
    if (m && n && !a[m] && !b[n] && m != n)
        return m < n ? -1 : 1;
    return strcmp(a, b);
}

static int compare(const void *left, const void *right)
{
    const struct row *a = left, *b = right;
    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    int order = strcmp(a->label, b->label);
    return order ? order : compare_text(a->text, b->text);
}

/* The texts of rows [first, end), which have one label. */
static void print_rows(const struct row *rows, size_t first, size_t end, FILE *out)
{
    size_t columns = 0;
    fprintf(out, "    %-*s", LABEL_COLUMNS, rows[first].label);
    if (strlen(rows[first].label) >= LABEL_COLUMNS)
        fputc(' ', out);
    for (size_t i = first; i < end; i++) {
        size_t len = strlen(rows[i].text);
        if (columns && columns + len + 1 > TEXT_COLUMNS) {
            fprintf(out, "\n    %*s", LABEL_COLUMNS, "");
            columns = 0;
        }
        fprintf(out, "%s%s%s", columns ? " " : "", rows[i].text, i + 1 < end ? "," : "");
        columns += len + 2;
    }
    fputc('\n', out);
}

void facts_text_print(const struct facts *facts, FILE *out)
{
    struct row *rows = mem_new(facts->count ? facts->count : 1, sizeof *rows);
    for (size_t i = 0; i < facts->count; i++)
        rows[i] = row_of(&facts->items[i]);
    qsort(rows, facts->count, sizeof *rows, compare);
    for (size_t i = 0; i < facts->count;) {
        size_t end = i + 1;
        if (!i || rows[i].group != rows[i - 1].group)
            fprintf(out, "  %s\n", _(group_order[rows[i].group]));
        while (end < facts->count && rows[end].group == rows[i].group && strcmp(rows[end].label, rows[i].label) == 0)
            end++;
        print_rows(rows, i, end, out);
        i = end;
    }
    for (size_t i = 0; i < facts->count; i++)
        free(rows[i].label);
    free(rows);
}
