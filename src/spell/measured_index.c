#include "spell/measured_index.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "spell/interface_names.h"

/* What the facts script tells at most; a host that tells more is not to keep us busy. */
#define ADDRESSES_MAX 300
#define CARDS_MAX 100

/* ---- addresses ---- */

const char *seat_text(const struct network *address, char *out)
{
    char *slash = strchr(network_text(address, out), '/');
    if (slash)
        *slash = '\0';
    return out;
}

static bool is_alike(const struct network *a, const struct network *b)
{
    return a->is_v6 == b->is_v6 && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

bool seat_has(const struct seat *seat, const struct network *address)
{
    for (size_t i = 0; i < seat->count; i++)
        if (is_alike(&seat->addresses[i].network, address))
            return true;
    return false;
}

static const struct seat_address *first_of(const struct seat *seat, const char *interface, bool is_v6)
{
    for (size_t i = 0; interface && i < seat->count; i++)
        if (seat->addresses[i].network.is_v6 == is_v6 && strcmp(seat->addresses[i].interface, interface) == 0)
            return &seat->addresses[i];
    return NULL;
}

static bool read_given(const struct host *host, struct network *given)
{
    return !strchr(host->address, '/') && network_parse(host->address, given);
}

/* As the spell kubernetes chooses it: what the operator reaches the host by, where an interface has that; else what packets to the outside leave from. */
static void choose_node(const struct measured_host *host, struct seat *seat)
{
    bool has_given = read_given(host->host, &seat->given);
    for (size_t i = 0; has_given && i < seat->count && !seat->node; i++)
        if (is_alike(&seat->addresses[i].network, &seat->given))
            seat->node = &seat->addresses[i];
    seat->is_given = seat->node != NULL;
    seat->is_elsewhere = has_given && !seat->node;
    if (!seat->node)
        seat->node = first_of(seat, facts_get(host->facts, "iface.default"), false);
    if (!seat->node)
        seat->node = first_of(seat, facts_get(host->facts, "iface.default6"), true);
    if (!seat->node)
        return;
    char *key = mem_printf("mtu:%s", seat->node->interface);
    seat->mtu = facts_get(host->facts, key);
    free(key);
}

static void read_seat(const struct measured_host *host, struct seat *seat)
{
    for (size_t i = 0; i < host->facts->count && seat->count < ADDRESSES_MAX; i++) {
        const struct fact *f = &host->facts->items[i];
        char text[NETWORK_TEXT_MAX];
        size_t len = strcspn(f->value, "/");
        struct network network;
        if (strncmp(f->key, "addr:", 5) != 0 || len >= sizeof text)
            continue;
        memcpy(text, f->value, len);
        text[len] = '\0';
        if (!network_parse(text, &network))
            continue;
        seat->addresses = mem_grow(seat->addresses, seat->count + 1, sizeof *seat->addresses);
        seat->addresses[seat->count++] = (struct seat_address){network, f->key + 5};
    }
    choose_node(host, seat);
}

/* ---- what may be shared ---- */

static void share(struct measured_index *index, enum shared what, size_t host, const char *value, bool is_main)
{
    struct shared_entries *list = &index->shared[what];
    char *copy = mem_strdup(value);
    for (char *c = copy; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    list->items = mem_grow(list->items, list->count + 1, sizeof *list->items);
    list->items[list->count++] = (struct shared_entry){.value = copy, .host = host, .is_main = is_main};
}

/* Firmware that has no number of its own says nothing but one digit. */
static bool is_blank(const char *uuid)
{
    size_t len = strlen(uuid);
    return !len || strspn(uuid, "0-") == len || strspn(uuid, "fF-") == len;
}

static void share_all(struct measured_index *index, const struct measured_host *host, size_t number)
{
    const struct seat *seat = &index->seats[number];
    const char *uuid = facts_get(host->facts, "uuid"), *hostname = facts_get(host->facts, "hostname"), *id = facts_get(host->facts, "machine_id");
    char text[NETWORK_TEXT_MAX];
    if (hostname && *hostname)
        share(index, SHARED_HOSTNAME, number, hostname, true);
    if (uuid && !is_blank(uuid))
        share(index, SHARED_UUID, number, uuid, true);
    if (id && *id)
        share(index, SHARED_MACHINE_ID, number, id, true);
    for (size_t i = 0; i < seat->count; i++) {
        const struct seat_address *a = &seat->addresses[i];
        if (!interface_is_of_cluster(a->interface) && !interface_is_inside(a->interface))
            share(index, SHARED_ADDRESS, number, network_text(&a->network, text), a == seat->node);
    }
    for (size_t i = 0, cards = 0; i < host->facts->count && cards < CARDS_MAX; i++) {
        const struct fact *f = &host->facts->items[i];
        const char *name = f->key + 4;
        if (strncmp(f->key, "mac:", 4) != 0 || !*f->value || interface_is_of_cluster(name) || interface_is_inside(name))
            continue;
        share(index, SHARED_MAC, number, f->value, seat->node && strcmp(seat->node->interface, name) == 0);
        cards++;
    }
}

static int by_value(const void *a, const void *b)
{
    const struct shared_entry *x = a, *y = b;
    int order = strcmp(x->value, y->value);
    return order ? order : x->host < y->host ? -1 : x->host > y->host;
}

static void sort_shared(struct measured_index *index, size_t count)
{
    for (int what = 0; what < SHARED_COUNT; what++) {
        struct shared_entries *list = &index->shared[what];
        index->first_shared[what] = mem_new(count + 1, sizeof *index->first_shared[what]);
        if (list->count)
            qsort(list->items, list->count, sizeof *list->items, by_value);
        for (size_t i = list->count; i > 0; i--) {
            size_t *first = &index->first_shared[what][list->items[i - 1].host];
            list->items[i - 1].next = *first;
            *first = i;
        }
    }
}

const struct shared_entry *measured_shared(const struct measured *measured, enum shared what, const char *value, size_t *count)
{
    const struct shared_entries *list = &measured->index->shared[what];
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(list->items[middle].value, value) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (*count = 0; low + *count < list->count && strcmp(list->items[low + *count].value, value) == 0;)
        ++*count;
    return list->count ? &list->items[low] : NULL;
}

bool measured_is_one_machine(const struct measured *measured, size_t a, size_t b)
{
    const struct facts *x = measured->items[a].facts, *y = measured->items[b].facts;
    const struct seat *p = &measured->index->seats[a], *q = &measured->index->seats[b];
    static const char *const keys[] = {"boot_id", "machine_id"};
    /* containers of one machine may have its boot_id, and the same machine_id, but not its addresses */
    if (!x || !y || !((p->node && seat_has(q, &p->node->network)) || (q->node && seat_has(p, &q->node->network))))
        return false;
    for (size_t i = 0; i < 2; i++) {
        const char *v = facts_get(x, keys[i]), *w = facts_get(y, keys[i]);
        if (!v || !w || strcmp(v, w) != 0)
            return false;
    }
    return true;
}

/* ---- clocks ---- */

/* Seconds with up to three digits behind a dot. */
static bool read_ms(const char *text, int64_t *ms, bool *is_fine)
{
    size_t whole = text ? strspn(text, "0123456789") : 0;
    if (!whole || whole > 12)
        return false;
    *ms = strtoll(text, NULL, 10) * 1000;
    *is_fine = false;
    if (!text[whole])
        return true;
    size_t digits = strspn(text + whole + 1, "0123456789");
    if (text[whole] != '.' || !digits || text[whole + 1 + digits])
        return false;
    static const int64_t worth[] = {100, 10, 1};
    for (size_t i = 0; i < digits && i < 3; i++)
        *ms += (text[whole + 1 + i] - '0') * worth[i];
    *is_fine = digits >= 3;
    return true;
}

/* The host read its clock after it was asked and before its answer began, so that it can only seem to be behind. */
#define UNSURE_MS 500 /* where it is not told how long that was */

static void read_clock(const struct facts *facts, struct clock_reading *reading)
{
    int64_t there, here;
    bool is_fine, is_here_fine;
    uint64_t unsure = UNSURE_MS;
    if (!read_ms(facts_get(facts, "clock"), &there, &is_fine) || !read_ms(facts_get(facts, "clock.here"), &here, &is_here_fine))
        return;
    if (!facts_number(facts, "clock.unsure", &unsure) || unsure > 600000)
        unsure = UNSURE_MS;
    *reading = (struct clock_reading){true, there - here, (int64_t)unsure + (is_fine ? 1 : 1000)};
}

static int by_size(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static void find_reference(struct measured_index *index, size_t count)
{
    int64_t *all = mem_new(count + 1, sizeof *all);
    size_t n = 1; /* kwiz's machine, which agrees with itself */
    for (size_t i = 0; i < count; i++)
        if (index->clocks[i].is_known)
            all[n++] = index->clocks[i].ahead_ms;
    qsort(all, n, sizeof *all, by_size);
    index->clock_count = n - 1;
    index->clock_reference_ms = n % 2 ? all[n / 2] : (all[n / 2 - 1] + all[n / 2]) / 2;
    free(all);
}

/* ---- names, addresses, MTUs in order ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct named_host *)a)->name, ((const struct named_host *)b)->name);
}

static int compare_networks(const struct network *a, const struct network *b)
{
    return a->is_v6 != b->is_v6 ? (a->is_v6 ? 1 : -1) : memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

static int by_address(const void *a, const void *b)
{
    return compare_networks(&((const struct placed_host *)a)->network, &((const struct placed_host *)b)->network);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void sort_hosts(struct measured_index *index, const struct measured_host *hosts, size_t count)
{
    index->by_name = mem_new(count + 1, sizeof *index->by_name);
    index->by_address = mem_new(count + 1, sizeof *index->by_address);
    for (size_t i = 0; i < count; i++) {
        index->by_name[i] = (struct named_host){hosts[i].host->name, i};
        if (index->seats[i].node)
            index->by_address[index->address_count++] = (struct placed_host){index->seats[i].node->network, i};
    }
    qsort(index->by_name, count, sizeof *index->by_name, by_name);
    qsort(index->by_address, index->address_count, sizeof *index->by_address, by_address);
}

static void find_mtu(struct measured_index *index, size_t count)
{
    const char **all = mem_new(count + 1, sizeof *all);
    for (size_t i = 0; i < count; i++)
        if (index->seats[i].mtu)
            all[index->mtu_count++] = index->seats[i].mtu;
    qsort(all, index->mtu_count, sizeof *all, by_text);
    for (size_t i = 0, n; i < index->mtu_count; i += n) {
        for (n = 1; i + n < index->mtu_count && strcmp(all[i], all[i + n]) == 0;)
            n++;
        if (2 * n > index->mtu_count)
            index->mtu = all[i];
    }
    free(all);
}

bool measured_find(const struct measured *measured, const char *name, size_t hint, size_t *host)
{
    if (hint < measured->count && strcmp(measured->items[hint].host->name, name) == 0) {
        *host = hint;
        return true;
    }
    size_t low = 0, high = measured->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(measured->index->by_name[middle].name, name);
        if (order == 0) {
            *host = measured->index->by_name[middle].host;
            return true;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

const struct placed_host *measured_in(const struct measured *measured, const struct network *network, size_t *count)
{
    const struct measured_index *index = measured->index;
    size_t low = 0, high = index->address_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_networks(&index->by_address[middle].network, network) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (*count = 0; low + *count < index->address_count;)
        if (network_holds(network, &index->by_address[low + *count].network))
            ++*count;
        else
            break;
    return &index->by_address[low];
}

/* ---- all of it ---- */

struct measured_index *measured_index_new(const struct measured_host *hosts, size_t count)
{
    struct measured_index *index = mem_new(1, sizeof *index);
    index->seats = mem_new(count + 1, sizeof *index->seats);
    index->clocks = mem_new(count + 1, sizeof *index->clocks);
    for (size_t i = 0; i < count; i++) {
        if (!hosts[i].facts) {
            index->seats[i].is_elsewhere = read_given(hosts[i].host, &index->seats[i].given);
            continue;
        }
        index->known_count++;
        read_seat(&hosts[i], &index->seats[i]);
        read_clock(hosts[i].facts, &index->clocks[i]);
        share_all(index, &hosts[i], i);
    }
    sort_shared(index, count);
    find_reference(index, count);
    sort_hosts(index, hosts, count);
    find_mtu(index, count);
    return index;
}

void measured_index_free(struct measured_index **index, size_t count)
{
    struct measured_index *x = *index;
    if (!x)
        return;
    for (size_t i = 0; i < count; i++)
        free(x->seats[i].addresses);
    for (int i = 0; i < SHARED_COUNT; i++) {
        for (size_t j = 0; j < x->shared[i].count; j++)
            free(x->shared[i].items[j].value);
        free(x->shared[i].items);
        free(x->first_shared[i]);
    }
    free(x->seats);
    free(x->clocks);
    free(x->by_name);
    free(x->by_address);
    free(x);
    *index = NULL;
}
