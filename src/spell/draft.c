/* What is in a draft, and how it changes. */
#include "spell/draft_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "spell/range.h"

static const char *const cell_keys[DRAFT_CELLS] = {"name", "address", "roles", "user", "jump", "port", "identity", "become"};

const char *draft_cell_key(enum draft_cell cell)
{
    return cell_keys[cell];
}

/* ---- pairs ---- */

const char *pairs_get(const struct pairs *pairs, const char *key)
{
    for (size_t i = 0; i < pairs->count; i++)
        if (strcmp(pairs->items[i].key, key) == 0)
            return pairs->items[i].text;
    return NULL;
}

void pairs_set(struct pairs *pairs, const char *key, const char *text)
{
    size_t i = 0;
    while (i < pairs->count && strcmp(pairs->items[i].key, key) != 0)
        i++;
    if (i < pairs->count) {
        free(pairs->items[i].text);
        pairs->items[i].text = text ? mem_strdup(text) : NULL;
        if (text)
            return;
        free(pairs->items[i].key);
        pairs->count--;
        memmove(pairs->items + i, pairs->items + i + 1, (pairs->count - i) * sizeof *pairs->items);
    } else if (text) {
        pairs->items = mem_grow(pairs->items, pairs->count + 1, sizeof *pairs->items);
        pairs->items[pairs->count++] = (struct pair){mem_strdup(key), mem_strdup(text)};
    }
}

void pairs_done(struct pairs *pairs)
{
    for (size_t i = 0; i < pairs->count; i++) {
        free(pairs->items[i].key);
        free(pairs->items[i].text);
    }
    free(pairs->items);
    *pairs = (struct pairs){0};
}

/* ---- the table ---- */

static void host_free(struct draft_host *host)
{
    for (int c = 0; c < DRAFT_CELLS; c++)
        free(host->cells[c]);
    strv_done(&host->host_keys);
}

void draft_table_done(struct draft_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        host_free(&table->hosts[i]);
    free(table->hosts);
    *table = (struct draft_table){0};
}

static struct draft_host host_like(const struct draft_host *from)
{
    struct draft_host to = {.id = from->id};
    for (int c = 0; c < DRAFT_CELLS; c++)
        to.cells[c] = mem_strdup(from->cells[c]);
    strv_copy(&to.host_keys, &from->host_keys);
    return to;
}

static struct draft_table table_copy(const struct draft_table *from)
{
    struct draft_table to = {.hosts = mem_new(from->count, sizeof *to.hosts), .count = from->count};
    for (size_t i = 0; i < from->count; i++)
        to.hosts[i] = host_like(&from->hosts[i]);
    return to;
}

/* Before each change of the hosts. */
static void remember(struct draft *draft)
{
    if (draft->undo_count == DRAFT_UNDO_MAX) {
        draft_table_done(&draft->undo[0]);
        draft->undo_count--;
        memmove(draft->undo, draft->undo + 1, draft->undo_count * sizeof *draft->undo);
    }
    draft->undo[draft->undo_count++] = table_copy(&draft->table);
    draft->version++;
}

bool draft_undo(struct draft *draft)
{
    if (!draft->undo_count)
        return false;
    draft_table_done(&draft->table);
    draft->table = draft->undo[--draft->undo_count];
    draft->version++;
    return true;
}

static void put_host(struct draft *draft, size_t index, struct draft_host host)
{
    struct draft_table *t = &draft->table;
    t->hosts = mem_grow(t->hosts, t->count + 1, sizeof *t->hosts);
    memmove(t->hosts + index + 1, t->hosts + index, (t->count - index) * sizeof *t->hosts);
    host.id = draft->next_id++;
    t->hosts[index] = host;
    t->count++;
}

static struct draft_host take_host(struct draft *draft, size_t index)
{
    struct draft_table *t = &draft->table;
    struct draft_host host = t->hosts[index];
    t->count--;
    memmove(t->hosts + index, t->hosts + index + 1, (t->count - index) * sizeof *t->hosts);
    return host;
}

static struct draft_host empty_host(void)
{
    struct draft_host host = {0};
    for (int c = 0; c < DRAFT_CELLS; c++)
        host.cells[c] = mem_strdup("");
    return host;
}

/* One line of printable text, without blanks around it. */
static char *clean(const char *text)
{
    struct buf out;
    size_t n = strlen(text);
    buf_init(&out, DRAFT_CELL_BYTES_MAX);
    while (n && (*text == ' ' || *text == '\t'))
        text++, n--;
    while (n && strchr(" \t\r\n", text[n - 1]))
        n--;
    utf8_printable(text, n, &out);
    char *result = mem_strdup(buf_text(&out));
    buf_done(&out);
    return result;
}

static void set_cell(struct draft_host *host, enum draft_cell cell, const char *text)
{
    free(host->cells[cell]);
    host->cells[cell] = clean(text);
}

size_t draft_host_count(const struct draft *draft)
{
    return draft->table.count;
}

const struct draft_host *draft_host(const struct draft *draft, size_t index)
{
    return &draft->table.hosts[index];
}

bool draft_host_add(struct draft *draft, size_t index)
{
    if (draft->table.count >= ANSWERS_HOSTS_MAX)
        return false;
    remember(draft);
    put_host(draft, index, empty_host());
    return true;
}

static bool has_name(const struct draft *draft, const char *name)
{
    for (size_t i = 0; i < draft->table.count; i++)
        if (strcmp(draft->table.hosts[i].cells[CELL_NAME], name) == 0)
            return true;
    return false;
}

/* kub-node-2 after kub-node-1, kub-node-010 after kub-node-009, bastion-2 after bastion; malloc'd. */
static char *next_name(const struct draft *draft, const char *name)
{
    size_t len = strlen(name), digits = 0;
    while (digits < len && digits < 9 && name[len - 1 - digits] >= '0' && name[len - 1 - digits] <= '9')
        digits++;
    unsigned long n = digits ? strtoul(name + len - digits, NULL, 10) : 1;
    for (;;) {
        n++;
        char *next = digits ? mem_printf("%.*s%0*lu", (int)(len - digits), name, (int)digits, n) : mem_printf("%s-%lu", name, n);
        if (!has_name(draft, next))
            return next;
        free(next);
    }
}

bool draft_host_copy(struct draft *draft, size_t index)
{
    if (draft->table.count >= ANSWERS_HOSTS_MAX)
        return false;
    remember(draft);
    struct draft_host host = host_like(&draft->table.hosts[index]);
    char *name = next_name(draft, host.cells[CELL_NAME]);
    set_cell(&host, CELL_NAME, *host.cells[CELL_NAME] ? name : "");
    set_cell(&host, CELL_ADDRESS, "");
    strv_done(&host.host_keys);
    put_host(draft, index + 1, host);
    free(name);
    return true;
}

void draft_host_delete(struct draft *draft, size_t index)
{
    remember(draft);
    struct draft_host host = take_host(draft, index);
    host_free(&host);
}

void draft_host_move(struct draft *draft, size_t from, size_t to)
{
    remember(draft);
    struct draft_table *t = &draft->table;
    struct draft_host host = take_host(draft, from);
    memmove(t->hosts + to + 1, t->hosts + to, (t->count - to) * sizeof *t->hosts);
    t->hosts[to] = host;
    t->count++;
}

void draft_host_set(struct draft *draft, size_t index, enum draft_cell cell, const char *text)
{
    struct draft_host *host = &draft->table.hosts[index];
    char *cleaned = clean(text);
    bool differs = strcmp(host->cells[cell], cleaned) != 0;
    free(cleaned);
    if (!differs)
        return;
    remember(draft);
    set_cell(host, cell, text);
    if (cell == CELL_ADDRESS || cell == CELL_PORT)
        strv_done(&host->host_keys); /* of another host */
}

/* Calls for each word of text, with its place. */
static bool next_word(const char **text, size_t *len)
{
    *text += strspn(*text, ", ");
    *len = strcspn(*text, ", ");
    return *len > 0;
}

bool draft_host_has_role(const struct draft *draft, size_t index, const char *role)
{
    size_t len;
    for (const char *p = draft->table.hosts[index].cells[CELL_ROLES]; next_word(&p, &len); p += len)
        if (strlen(role) == len && strncmp(p, role, len) == 0)
            return true;
    return false;
}

void draft_host_toggle_role(struct draft *draft, size_t index, const char *role)
{
    bool has = draft_host_has_role(draft, index, role);
    size_t len;
    struct buf roles;
    buf_init(&roles, DRAFT_CELL_BYTES_MAX);
    for (const char *p = draft->table.hosts[index].cells[CELL_ROLES]; next_word(&p, &len); p += len)
        if (strlen(role) != len || strncmp(p, role, len) != 0)
            buf_addf(&roles, "%s%.*s", roles.len ? " " : "", (int)len, p);
    if (!has)
        buf_addf(&roles, "%s%s", roles.len ? " " : "", role);
    draft_host_set(draft, index, CELL_ROLES, buf_text(&roles));
    buf_done(&roles);
}

bool draft_host_expand(struct draft *draft, size_t index, size_t *count, struct err *err)
{
    const struct draft_host *host = &draft->table.hosts[index];
    size_t room = ANSWERS_HOSTS_MAX - draft->table.count + 1;
    struct strv names = {0}, addresses = {0};
    *count = 1;
    bool ok = range_expand(host->cells[CELL_NAME], RANGE_DASH, room, &names, err) &&
              range_expand(host->cells[CELL_ADDRESS], RANGE_DASH, room, &addresses, err);
    if (ok && names.count != addresses.count)
        ok = err_set(err, ERR_INVALID, _("the name stands for %zu hosts, the address for %zu; both must be as many"), names.count,
                     addresses.count);
    if (ok && names.count > 1) {
        remember(draft);
        struct draft_host first = take_host(draft, index);
        for (size_t i = 0; i < names.count; i++) {
            struct draft_host each = host_like(&first);
            set_cell(&each, CELL_NAME, names.items[i]);
            set_cell(&each, CELL_ADDRESS, addresses.items[i]);
            put_host(draft, index + i, each);
        }
        host_free(&first);
        *count = names.count;
    }
    strv_done(&names);
    strv_done(&addresses);
    return ok;
}

static struct draft_host host_from(const struct host *from)
{
    struct draft_host host = empty_host();
    char *roles = strv_join(&from->roles, " "), *identities = strv_join(&from->identities, " "),
         *port = from->port ? mem_printf("%u", from->port) : mem_strdup("");
    set_cell(&host, CELL_NAME, from->name);
    set_cell(&host, CELL_ADDRESS, from->address);
    set_cell(&host, CELL_ROLES, roles);
    set_cell(&host, CELL_USER, from->user ? from->user : "");
    set_cell(&host, CELL_JUMP, from->jump ? from->jump : "");
    set_cell(&host, CELL_PORT, port);
    set_cell(&host, CELL_IDENTITY, identities);
    set_cell(&host, CELL_BECOME, from->become ? from->become : "");
    strv_copy(&host.host_keys, &from->host_keys);
    free(roles);
    free(identities);
    free(port);
    return host;
}

bool draft_hosts_add(struct draft *draft, const struct fleet *fleet, bool replaces, struct err *err)
{
    size_t before = replaces ? 0 : draft->table.count;
    if (before + fleet->count > ANSWERS_HOSTS_MAX)
        return err_set(err, ERR_INVALID, _("that would be %zu hosts; kwiz takes at most %d"), before + fleet->count, ANSWERS_HOSTS_MAX);
    remember(draft);
    if (replaces)
        draft_table_done(&draft->table);
    for (size_t i = 0; i < fleet->count; i++)
        put_host(draft, draft->table.count, host_from(&fleet->items[i]));
    return true;
}

void draft_hosts_clear(struct draft *draft)
{
    remember(draft);
    draft_table_done(&draft->table);
}

void draft_host_key(struct draft *draft, size_t index, const char *fingerprint)
{
    struct draft_host *host = &draft->table.hosts[index];
    if (!strv_has(&host->host_keys, fingerprint))
        strv_add(&host->host_keys, fingerprint);
    draft->version++;
}

/* ---- the rest ---- */

struct draft *draft_new(void)
{
    struct draft *draft = mem_new(1, sizeof *draft);
    draft->topology = mem_strdup("");
    draft->next_id = 1;
    for (int c = 0; c < DRAFT_CELLS; c++)
        draft->ssh[c] = mem_strdup("");
    return draft;
}

void draft_free(struct draft **handle)
{
    struct draft *draft = *handle;
    if (!draft)
        return;
    draft_table_done(&draft->table);
    for (size_t i = 0; i < draft->undo_count; i++)
        draft_table_done(&draft->undo[i]);
    for (int c = 0; c < DRAFT_CELLS; c++)
        free(draft->ssh[c]);
    pairs_done(&draft->values);
    pairs_done(&draft->accepts);
    pairs_done(&draft->secrets);
    strv_done(&draft->confirms);
    free(draft->spell_name);
    free(draft->topology);
    free(draft->name);
    free(draft);
    *handle = NULL;
}

void draft_set_spell(struct draft *draft, const struct spell *spell)
{
    draft->spell = spell;
    draft->version++;
    if (spell && !spell_topology(spell, draft->topology))
        draft_set_topology(draft, spell->topology_count == 1 ? spell->topologies[0].name : "");
}

const struct spell *draft_spell(const struct draft *draft)
{
    return draft->spell;
}

void draft_set_topology(struct draft *draft, const char *name)
{
    free(draft->topology);
    draft->topology = mem_strdup(name);
    draft->version++;
}

const char *draft_topology(const struct draft *draft)
{
    return draft->topology;
}

void draft_set_name(struct draft *draft, const char *name)
{
    free(draft->name);
    draft->name = name ? clean(name) : NULL;
    draft->version++;
}

const char *draft_name(const struct draft *draft)
{
    return draft->name ? draft->name : *draft->topology ? draft->topology : "cluster";
}

bool draft_has_name(const struct draft *draft)
{
    return draft->name != NULL;
}

void draft_set_ssh(struct draft *draft, enum draft_cell cell, const char *text)
{
    free(draft->ssh[cell]);
    draft->ssh[cell] = clean(text);
    draft->version++;
}

const char *draft_ssh(const struct draft *draft, enum draft_cell cell)
{
    return draft->ssh[cell];
}

void draft_set_value(struct draft *draft, const char *key, const char *text)
{
    pairs_set(&draft->values, key, text);
    draft->version++;
}

const char *draft_value(const struct draft *draft, const char *key)
{
    return pairs_get(&draft->values, key);
}

void draft_accept(struct draft *draft, const char *id, const char *reason)
{
    char *cleaned = reason ? clean(reason) : NULL;
    pairs_set(&draft->accepts, id, cleaned);
    free(cleaned);
    draft->version++;
}

const char *draft_accepted(const struct draft *draft, const char *id)
{
    return pairs_get(&draft->accepts, id);
}

void draft_confirm(struct draft *draft, const char *id, bool is_confirmed)
{
    struct strv kept = {0};
    for (size_t i = 0; i < draft->confirms.count; i++)
        if (strcmp(draft->confirms.items[i], id) != 0)
            strv_add(&kept, draft->confirms.items[i]);
    if (is_confirmed)
        strv_add(&kept, id);
    strv_done(&draft->confirms);
    draft->confirms = kept;
    draft->version++;
}

void draft_set_secret(struct draft *draft, const char *key, const char *reference)
{
    pairs_set(&draft->secrets, key, reference);
    draft->version++;
}

const char *draft_secret(const struct draft *draft, const char *key)
{
    return pairs_get(&draft->secrets, key);
}

unsigned draft_version(const struct draft *draft)
{
    return draft->version;
}
