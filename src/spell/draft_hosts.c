/* The table of hosts of a draft: changing it, and taking changes back. */
#include "spell/draft_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "spell/key_files.h"
#include "spell/range.h"

static void host_free(struct draft_host *host)
{
    for (int c = 0; c < DRAFT_CELLS; c++)
        free(host->cells[c]);
    strv_done(&host->host_keys);
}

static void forget_hosts(struct draft_table *table)
{
    for (size_t i = 0; i < table->count; i++)
        host_free(&table->hosts[i]);
    free(table->hosts);
    table->hosts = NULL;
    table->count = 0;
}

void draft_table_done(struct draft_table *table)
{
    forget_hosts(table);
    for (int c = 0; c < DRAFT_CELLS; c++)
        free(table->ssh[c]);
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
    struct draft_table to = {.count = from->count};
    if (to.count)
        to.hosts = mem_grow(NULL, to.count, sizeof *to.hosts); /* with the room that mem_grow will count on */
    for (size_t i = 0; i < from->count; i++)
        to.hosts[i] = host_like(&from->hosts[i]);
    for (int c = 0; c < DRAFT_CELLS; c++)
        to.ssh[c] = mem_strdup(from->ssh[c]);
    return to;
}

/* ---- taking back ---- */

static void undo_done(struct draft_undo *undo)
{
    draft_table_done(&undo->table);
    free(undo->name);
}

/* Before each change of the table. name: of the host it is about; NULL where count says enough. */
static void remember(struct draft *draft, enum draft_change change, size_t count, const char *name)
{
    draft->version++;
    if (draft->is_group && draft->has_begun) {
        struct draft_undo *last = &draft->undo[draft->undo_count - 1];
        last->count += last->change == change ? count : 0;
        return;
    }
    draft->has_begun = true;
    if (draft->undo_count == DRAFT_UNDO_MAX) {
        undo_done(&draft->undo[0]);
        draft->undo_count--;
        memmove(draft->undo, draft->undo + 1, draft->undo_count * sizeof *draft->undo);
    }
    draft->undo[draft->undo_count++] =
        (struct draft_undo){table_copy(&draft->table), change, count, name && *name ? mem_strdup(name) : NULL};
}

void draft_group(struct draft *draft)
{
    draft->is_group = true;
    draft->has_begun = false;
}

void draft_group_end(struct draft *draft)
{
    draft->is_group = false;
}

bool draft_undo(struct draft *draft)
{
    if (!draft->undo_count)
        return false;
    struct draft_undo *last = &draft->undo[--draft->undo_count];
    draft_table_done(&draft->table);
    draft->table = last->table;
    free(last->name);
    draft->version++;
    return true;
}

void draft_undo_forget(struct draft *draft)
{
    for (size_t i = 0; i < draft->undo_count; i++)
        undo_done(&draft->undo[i]);
    draft->undo_count = 0;
}

bool draft_undo_what(const struct draft *draft, struct buf *out)
{
    if (!draft->undo_count)
        return false;
    const struct draft_undo *last = &draft->undo[draft->undo_count - 1];
    switch (last->change) {
    case CHANGE_ADD:
        return buf_addf(out, ngettext("%zu host added", "%zu hosts added", (unsigned long)last->count), last->count);
    case CHANGE_COPY:
        return buf_addf(out, ngettext("%zu host copied", "%zu hosts copied", (unsigned long)last->count), last->count);
    case CHANGE_DELETE:
        return buf_addf(out, ngettext("%zu host deleted", "%zu hosts deleted", (unsigned long)last->count), last->count);
    case CHANGE_EXPAND:
        return buf_addf(out, ngettext("%zu host made of a range", "%zu hosts made of a range", (unsigned long)last->count), last->count);
    case CHANGE_MOVE:
        return buf_addf(out, _("%s moved"), last->name ? last->name : _("a host"));
    case CHANGE_REPLACE:
        return buf_adds(out, _("the table replaced"));
    case CHANGE_SET:
        return last->count == 1 ? buf_addf(out, _("a value of %s changed"), last->name ? last->name : _("a host"))
                                : buf_addf(out, ngettext("%zu value changed", "%zu values changed", (unsigned long)last->count), last->count);
    default:
        return buf_adds(out, _("a value for all hosts changed"));
    }
}

/* ---- the table ---- */

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

char *draft_clean(const char *text)
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
    host->cells[cell] = draft_clean(text);
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
    remember(draft, CHANGE_ADD, 1, NULL);
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
    remember(draft, CHANGE_COPY, 1, NULL);
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
    remember(draft, CHANGE_DELETE, 1, NULL);
    struct draft_host host = take_host(draft, index);
    host_free(&host);
}

void draft_host_move(struct draft *draft, size_t from, size_t to)
{
    struct draft_table *t = &draft->table;
    if (from == to)
        return;
    remember(draft, CHANGE_MOVE, 1, t->hosts[from].cells[CELL_NAME]);
    struct draft_host host = take_host(draft, from);
    memmove(t->hosts + to + 1, t->hosts + to, (t->count - to) * sizeof *t->hosts);
    t->hosts[to] = host;
    t->count++;
}

void draft_host_set(struct draft *draft, size_t index, enum draft_cell cell, const char *text)
{
    struct draft_host *host = &draft->table.hosts[index];
    char *cleaned = draft_clean(text);
    bool differs = strcmp(host->cells[cell], cleaned) != 0;
    free(cleaned);
    if (!differs)
        return;
    remember(draft, CHANGE_SET, 1, host->cells[CELL_NAME]);
    set_cell(host, cell, text);
    if (cell == CELL_ADDRESS || cell == CELL_PORT)
        strv_done(&host->host_keys); /* of another host */
}

/* The next word of *text, if there is one. */
static bool next_word(const char **text, size_t *len)
{
    *text += strspn(*text, ", ");
    *len = strcspn(*text, ", ");
    return *len > 0;
}

void draft_host_type(struct draft *draft, size_t index, enum draft_cell cell, const char *text)
{
    size_t user = strcspn(text, "@");
    bool is_both = cell == CELL_ADDRESS && user && text[user] && text[user + 1] && !strchr(text + user + 1, '@');
    if (!is_both) {
        draft_host_set(draft, index, cell, text);
        return;
    }
    char *name = mem_strndup(text, user);
    draft_group(draft);
    draft_host_set(draft, index, CELL_USER, name);
    draft_host_set(draft, index, CELL_ADDRESS, text + user + 1);
    draft_group_end(draft);
    free(name);
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

/* What the name and the address of a host stand for. false with err and the cell it is about. */
static bool range_of(const struct draft *draft, size_t index, struct strv *names, struct strv *addresses, enum draft_cell *cell,
                     struct err *err)
{
    const struct draft_host *host = &draft->table.hosts[index];
    size_t room = ANSWERS_HOSTS_MAX - draft->table.count + 1;
    *cell = CELL_NAME;
    if (!range_expand(host->cells[CELL_NAME], RANGE_DASH, room, names, err))
        return false;
    *cell = CELL_ADDRESS;
    if (!range_expand(host->cells[CELL_ADDRESS], RANGE_DASH, room, addresses, err))
        return false;
    if (names->count != addresses->count)
        return err_set(err, ERR_INVALID, _("the name stands for %zu hosts, the address for %zu; both must be as many"), names->count,
                       addresses->count);
    return true;
}

bool draft_host_range(const struct draft *draft, size_t index, size_t *count, enum draft_cell *cell, struct err *err)
{
    struct strv names = {0}, addresses = {0};
    *count = 1;
    *cell = CELL_NAME;
    const struct draft_host *host = &draft->table.hosts[index];
    if (!strchr(host->cells[CELL_NAME], '[') && !strchr(host->cells[CELL_ADDRESS], '['))
        return true;
    bool ok = range_of(draft, index, &names, &addresses, cell, err);
    if (ok)
        *count = names.count;
    strv_done(&names);
    strv_done(&addresses);
    return ok;
}

bool draft_host_expand(struct draft *draft, size_t index, size_t *count, struct err *err)
{
    struct strv names = {0}, addresses = {0};
    enum draft_cell cell;
    *count = 1;
    bool ok = range_of(draft, index, &names, &addresses, &cell, err);
    if (ok && names.count > 1) {
        remember(draft, CHANGE_EXPAND, names.count, NULL);
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
    char *roles = strv_join(&from->roles, " "), *identities = key_files_text(&from->identities),
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

static bool has_room(size_t count, struct err *err)
{
    if (count > ANSWERS_HOSTS_MAX)
        return err_set(err, ERR_INVALID, _("that would be %zu hosts; kwiz takes at most %d"), count, ANSWERS_HOSTS_MAX);
    return true;
}

bool draft_hosts_add(struct draft *draft, const struct fleet *fleet, bool replaces, struct err *err)
{
    if (!has_room((replaces ? 0 : draft->table.count) + fleet->count, err))
        return false;
    remember(draft, replaces ? CHANGE_REPLACE : CHANGE_ADD, fleet->count, NULL);
    if (replaces)
        forget_hosts(&draft->table);
    for (size_t i = 0; i < fleet->count; i++)
        put_host(draft, draft->table.count, host_from(&fleet->items[i]));
    return true;
}

/* What a line of text has no word for. */
static void keep_rest(struct draft_host *host, const struct draft_host *old)
{
    static const enum draft_cell rest[] = {CELL_PORT, CELL_IDENTITY, CELL_BECOME};
    for (size_t c = 0; c < sizeof rest / sizeof *rest; c++)
        set_cell(host, rest[c], old->cells[rest[c]]);
    if (strcmp(host->cells[CELL_ADDRESS], old->cells[CELL_ADDRESS]) == 0)
        strv_copy(&host->host_keys, &old->host_keys);
    host->id = old->id;
}

bool draft_hosts_retype(struct draft *draft, const struct fleet *fleet, struct err *err)
{
    if (!has_room(fleet->count, err))
        return false;
    remember(draft, CHANGE_REPLACE, fleet->count, NULL);
    struct draft_table old = draft->table;
    draft->table.hosts = NULL;
    draft->table.count = 0;
    for (size_t i = 0; i < fleet->count; i++) {
        struct draft_host host = host_from(&fleet->items[i]);
        size_t o = 0;
        while (o < old.count && (!old.hosts[o].id || strcmp(old.hosts[o].cells[CELL_NAME], host.cells[CELL_NAME]) != 0))
            o++;
        if (o < old.count)
            keep_rest(&host, &old.hosts[o]);
        unsigned id = host.id;
        put_host(draft, draft->table.count, host);
        if (id) { /* taken: names that stand there twice are two hosts */
            draft->table.hosts[draft->table.count - 1].id = id;
            old.hosts[o].id = 0;
        }
    }
    forget_hosts(&old);
    return true;
}

void draft_hosts_clear(struct draft *draft)
{
    remember(draft, CHANGE_DELETE, draft->table.count, NULL);
    forget_hosts(&draft->table);
}

void draft_host_key(struct draft *draft, size_t index, const char *fingerprint)
{
    struct draft_host *host = &draft->table.hosts[index];
    if (!strv_has(&host->host_keys, fingerprint))
        strv_add(&host->host_keys, fingerprint);
    draft->version++;
}

void draft_set_ssh(struct draft *draft, enum draft_cell cell, const char *text)
{
    char *cleaned = draft_clean(text);
    if (strcmp(draft->table.ssh[cell], cleaned) != 0) {
        remember(draft, CHANGE_SSH, 1, NULL);
        free(draft->table.ssh[cell]);
        draft->table.ssh[cell] = mem_strdup(cleaned);
    }
    free(cleaned);
}

const char *draft_ssh(const struct draft *draft, enum draft_cell cell)
{
    return draft->table.ssh[cell];
}

/* ---- what is needed ---- */

size_t draft_needs(const struct draft *draft, struct draft_need *needs, size_t max)
{
    const struct topology *topology = draft->spell ? spell_topology(draft->spell, draft->topology) : NULL;
    size_t count = topology ? topology->role_count : 0;
    for (size_t r = 0; r < count && r < max; r++) {
        const struct role *role = &topology->roles[r];
        size_t have = 0;
        for (size_t i = 0; i < draft->table.count; i++)
            have += draft_host_has_role(draft, i, role->name);
        needs[r] = (struct draft_need){role, have, NEED_MET};
        if (have < role->min)
            needs[r].state = NEED_FEW;
        else if (role->max && have > role->max)
            needs[r].state = NEED_MANY;
        else if (role->is_odd && have && have % 2 == 0)
            needs[r].state = NEED_EVEN;
    }
    return count < max ? count : max;
}

const struct role *draft_wanted_role(const struct draft *draft)
{
    const struct topology *topology = draft->spell ? spell_topology(draft->spell, draft->topology) : NULL;
    size_t count = topology ? topology->role_count : 0;
    struct draft_need *needs = mem_new(count, sizeof *needs);
    const struct role *wanted = NULL;
    draft_needs(draft, needs, count);
    for (size_t i = 0; i < count && !wanted; i++)
        if (needs[i].state == NEED_FEW)
            wanted = needs[i].role;
    for (size_t i = 0; i < count && !wanted; i++)
        if (needs[i].have < needs[i].role->usual)
            wanted = needs[i].role;
    for (size_t i = count; i-- > 0 && !wanted;)
        if (!needs[i].role->max || needs[i].have < needs[i].role->max)
            wanted = needs[i].role;
    free(needs);
    return wanted;
}

void draft_need_text(const struct draft_need *need, struct buf *out)
{
    const struct role *role = need->role;
    if (need->state == NEED_MANY)
        buf_addf(out, _("%s %zu, at most %u"), role->name, need->have, role->max);
    else if (need->state == NEED_EVEN)
        buf_addf(out, _("%s %zu, better odd"), role->name, need->have);
    else if (need->state == NEED_MET && need->have < role->usual)
        buf_addf(out, _("%s %zu, usually %u"), role->name, need->have, role->usual);
    else if (need->have > role->min || !role->min)
        buf_addf(out, "%s %zu", role->name, need->have);
    else
        buf_addf(out, _("%s %zu of %u"), role->name, need->have, role->min);
}

/* ---- as text ---- */

/* A cell as a word: what is empty keeps its place. */
static const char *word_of(const char *text)
{
    return *text ? text : "-";
}

void draft_hosts_text(const struct draft *draft, struct buf *out)
{
    for (size_t i = 0; i < draft->table.count; i++) {
        const struct draft_host *host = &draft->table.hosts[i];
        const char *const *cells = (const char *const *)host->cells;
        struct buf roles;
        size_t len;
        buf_init(&roles, DRAFT_CELL_BYTES_MAX);
        for (const char *p = cells[CELL_ROLES]; next_word(&p, &len); p += len)
            buf_addf(&roles, "%s%.*s", roles.len ? "," : "", (int)len, p);
        buf_addf(out, "%s %s %s", word_of(cells[CELL_NAME]), word_of(cells[CELL_ADDRESS]), word_of(buf_text(&roles)));
        if (*cells[CELL_USER] || *cells[CELL_JUMP])
            buf_addf(out, " %s", word_of(cells[CELL_USER]));
        if (*cells[CELL_JUMP])
            buf_addf(out, " %s", cells[CELL_JUMP]);
        buf_adds(out, "\n");
        buf_done(&roles);
    }
}
