/* Hosts: a line each, until an empty one. */
#include "headless/dialogue_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "spell/hosts_text.h"
#include "spell/inventory.h"
#include "spell/range.h"

#define SHOWN_UNASKED 20 /* hosts, and what is wrong with them: a screen reader reads every line */

static const struct topology *topology_of(const struct draft *draft)
{
    return draft_spell(draft) ? spell_topology(draft_spell(draft), draft_topology(draft)) : NULL;
}

/* "control-plane 1 of 3, worker 2 of 2 or more" */
static void say_needed(struct dialogue *d)
{
    const struct draft *draft = wizard_draft(d->wizard);
    const struct topology *t = topology_of(draft);
    struct buf line;
    buf_init(&line, ERR_TEXT_MAX);
    for (size_t r = 0; t && r < t->role_count; r++) {
        struct buf wanted;
        size_t has = 0;
        buf_init(&wanted, ERR_TEXT_MAX);
        for (size_t i = 0; i < draft_host_count(draft); i++)
            has += draft_host_has_role(draft, i, t->roles[r].name);
        dialogue_add_count(&wanted, &t->roles[r]);
        buf_adds(&line, r ? ", " : "");
        buf_addf(&line, _("%s (%zu now)"), buf_text(&wanted), has);
        buf_done(&wanted);
    }
    dialogue_say(d, _("Needed: %s."), buf_text(&line));
    buf_done(&line);
}

static void say_host(struct dialogue *d, size_t index)
{
    const struct draft_host *host = draft_host(wizard_draft(d->wizard), index);
    struct buf line;
    buf_init(&line, 8 * DRAFT_CELL_BYTES_MAX);
    buf_addf(&line, "  %zu %s %s %s", index + 1, host->cells[CELL_NAME], host->cells[CELL_ADDRESS], host->cells[CELL_ROLES]);
    for (int c = CELL_USER; c < DRAFT_CELLS; c++)
        if (*host->cells[c])
            buf_addf(&line, ", %s %s", draft_cell_key((enum draft_cell)c), host->cells[c]);
    dialogue_say(d, "%s", buf_text(&line));
    buf_done(&line);
    const struct judgement *j = wizard_judgement(d->wizard);
    for (size_t i = 0; i < j->fault_count; i++)
        if (j->faults[i].part == PART_HOST && j->faults[i].index == index)
            dialogue_say(d, "    %s: %s", j->faults[i].is_warning ? _("note") : _("wrong"), j->faults[i].text);
}

static void list(struct dialogue *d)
{
    for (size_t i = 0; i < draft_host_count(wizard_draft(d->wizard)); i++)
        say_host(d, i);
    for (int c = CELL_USER; c < DRAFT_CELLS; c++)
        if (*draft_ssh(wizard_draft(d->wizard), (enum draft_cell)c))
            dialogue_say(d, _("For all hosts: %s %s"), draft_cell_key((enum draft_cell)c), draft_ssh(wizard_draft(d->wizard), (enum draft_cell)c));
    say_needed(d);
}

static void say_many(struct dialogue *d)
{
    const struct draft *draft = wizard_draft(d->wizard);
    struct strv names = {0};
    for (size_t i = 0; i < draft_host_count(draft); i++)
        strv_add(&names, draft_host(draft, i)->cells[CELL_NAME]);
    char *shown = dialogue_names(&names);
    dialogue_say(d, _("%s. \"list\" shows all."), shown);
    free(shown);
    strv_done(&names);
    say_needed(d);
}

static void ask(struct dialogue *d)
{
    char *question = mem_printf(_("Host %zu"), draft_host_count(wizard_draft(d->wizard)) + 1);
    dialogue_ask(d, question, NULL);
    free(question);
}

static void enter(struct dialogue *d)
{
    dialogue_head(d, SECTION_HOSTS, _("A line each: name address roles [user] [jump]. An empty line ends."));
    /* TRANSLATORS: what is typed stays as it is in all languages: import, list, delete, set, undo */
    dialogue_say(d, _("Ranges: kub-node-[1-3] 10.1.4.[36-38] worker. Commands: import FILE, list, delete NAME, set NAME CELL VALUE, undo."));
    if (draft_host_count(wizard_draft(d->wizard)) > SHOWN_UNASKED)
        say_many(d);
    else if (draft_host_count(wizard_draft(d->wizard)))
        list(d);
    else
        say_needed(d);
    ask(d);
}

/* ---- lines ---- */

static void say_added(struct dialogue *d, const struct fleet *fleet)
{
    struct strv names = {0};
    for (size_t i = 0; i < fleet->count; i++)
        strv_add(&names, fleet->items[i].name);
    char *shown = dialogue_names(&names);
    dialogue_say(d, _("Added: %s."), shown);
    free(shown);
    strv_done(&names);
}

/* Faults of hosts from first on, told; is there any? */
static bool say_faults(struct dialogue *d, size_t first)
{
    const struct judgement *j = wizard_judgement(d->wizard);
    bool is_wrong = false;
    for (size_t i = 0; i < j->fault_count; i++) {
        const struct draft_fault *f = &j->faults[i];
        if (f->part != PART_HOST || f->index < first)
            continue;
        dialogue_say(d, "  %s: %s", f->is_warning ? _("note") : _("wrong"), f->text);
        is_wrong |= !f->is_warning;
    }
    return is_wrong;
}

/* What was found goes in as a whole or not at all. */
static void add(struct dialogue *d, const struct fleet *fleet)
{
    struct draft *draft = wizard_draft(d->wizard);
    struct err err = ERR_INIT;
    size_t before = draft_host_count(draft);
    if (!fleet->count)
        return;
    if (!draft_hosts_add(draft, fleet, false, &err)) {
        dialogue_say(d, _("Not taken: %s."), err.text);
        return;
    }
    if (say_faults(d, before)) {
        draft_undo(draft);
        dialogue_say(d, _("Not taken. The hosts are as they were."));
    } else {
        say_added(d, fleet);
    }
    wizard_touch(d->wizard);
}

/* What kwiz made of the words, so that one sees which of them is in the wrong place. */
static void say_understood(struct dialogue *d, const char *line)
{
    static const char *const keys[] = {"name", "address", "roles", "user", "jump"};
    struct buf text;
    buf_init(&text, ERR_TEXT_MAX);
    for (size_t i = 0; i < 5 && *line; i++) {
        size_t n = strcspn(line, " ");
        buf_addf(&text, "%s%s %.*s", i ? ", " : "", keys[i], n > 100 ? 100 : (int)n, line);
        line += n + strspn(line + n, " ");
    }
    dialogue_say(d, _("Not taken. Understood: %s."), buf_text(&text));
    buf_done(&text);
}

static void take_line(struct dialogue *d, const char *line)
{
    const struct draft *draft = wizard_draft(d->wizard);
    struct fleet fleet = {0};
    struct err_list errors = {0};
    bool ok = hosts_text_read("", line, strlen(line), draft_spell(draft), topology_of(draft), &fleet, &errors);
    for (size_t i = 0; i < errors.count; i++)
        dialogue_say(d, _("  wrong, from character %u on: %s"), errors.items[i].column, errors.items[i].text);
    if (ok)
        add(d, &fleet);
    else
        say_understood(d, line);
    err_list_done(&errors);
    fleet_done(&fleet);
}

static void import(struct dialogue *d, const char *file)
{
    const struct draft *draft = wizard_draft(d->wizard);
    struct fleet fleet = {0};
    struct err_list errors = {0};
    struct err err = ERR_INIT;
    struct buf bytes;
    char *path = file_expand(file);
    if (file_read(path, INVENTORY_BYTES_MAX, &bytes, &err)) {
        enum inventory_format format = inventory_guess(buf_text(&bytes), bytes.len);
        inventory_read(format, path, buf_text(&bytes), bytes.len, draft_spell(draft), topology_of(draft), &fleet, &errors);
        dialogue_say(d, ngettext("Read as %s: %zu host.", "Read as %s: %zu hosts.", fleet.count), inventory_format_name(format), fleet.count);
    } else {
        err_list_add(&errors, &err);
    }
    if (errors.count)
        dialogue_say(d, _("Not understood:"));
    dialogue_say_errors(d, &errors);
    add(d, &fleet);
    buf_wipe(&bytes); /* inventories may hold passwords */
    err_list_done(&errors);
    fleet_done(&fleet);
    free(path);
}

/* ---- commands ---- */

static size_t host_named(struct dialogue *d, const char *name)
{
    const struct draft *draft = wizard_draft(d->wizard);
    for (size_t i = 0; i < draft_host_count(draft); i++)
        if (strcmp(draft_host(draft, i)->cells[CELL_NAME], name) == 0)
            return i;
    size_t digits = strspn(name, "0123456789"), number = digits && digits < 5 && !name[digits] ? strtoul(name, NULL, 10) : 0;
    if (number && number <= draft_host_count(draft))
        return number - 1;
    dialogue_say(d, _("No host is called %s. \"list\" shows all."), name);
    return WORD_NONE;
}

bool dialogue_delete_hosts(struct dialogue *d, const char *range)
{
    struct strv names = {0};
    struct err err = ERR_INIT;
    bool ok = range_expand(range, RANGE_DASH, ANSWERS_HOSTS_MAX, &names, &err);
    if (!ok)
        dialogue_say(d, "%s", err.text);
    for (size_t i = 0; i < names.count && ok; i++)
        ok = host_named(d, names.items[i]) != WORD_NONE; /* all or none */
    for (size_t i = 0; i < names.count && ok; i++) {
        size_t at = host_named(d, names.items[i]);
        dialogue_say(d, _("Deleted: %s."), draft_host(wizard_draft(d->wizard), at)->cells[CELL_NAME]);
        draft_host_delete(wizard_draft(d->wizard), at);
    }
    strv_done(&names);
    wizard_touch(d->wizard);
    return ok;
}

/* "set NAME CELL VALUE"; NAME "all" is what counts for hosts that say nothing themselves. */
static void set_cell(struct dialogue *d, const char *rest)
{
    struct draft *draft = wizard_draft(d->wizard);
    size_t n = strcspn(rest, " ");
    char *name = mem_strndup(rest, n);
    const char *key = rest + n + strspn(rest + n, " ");
    size_t len = strcspn(key, " ");
    const char *value = key + len + strspn(key + len, " ");
    bool is_all = strcmp(name, "all") == 0;
    int cell = is_all ? CELL_USER : CELL_NAME;
    while (cell < DRAFT_CELLS && (strlen(draft_cell_key((enum draft_cell)cell)) != len || strncmp(draft_cell_key((enum draft_cell)cell), key, len) != 0))
        cell++;
    size_t at = is_all || cell == DRAFT_CELLS ? 0 : host_named(d, name);
    free(name);
    if (cell == DRAFT_CELLS)
        dialogue_say(d, _("Expected: set NAME CELL VALUE; CELL is one of name, address, roles, user, jump, port, identity, become; for NAME all, one "
                          "from user on."));
    if (cell == DRAFT_CELLS || at == WORD_NONE)
        return;
    if (is_all)
        draft_set_ssh(draft, (enum draft_cell)cell, value);
    else
        draft_host_set(draft, at, (enum draft_cell)cell, value);
    wizard_touch(d->wizard);
    if (!is_all) {
        say_host(d, at);
        return;
    }
    const struct draft_fault *fault = judgement_at(wizard_judgement(d->wizard), PART_SSH, 0, (enum draft_cell)cell);
    dialogue_say(d, _("For all hosts: %s %s"), draft_cell_key((enum draft_cell)cell), *value ? value : _("none"));
    if (fault)
        dialogue_say(d, "  %s: %s", fault->is_warning ? _("note") : _("wrong"), fault->text);
}

static void undo(struct dialogue *d)
{
    if (!draft_undo(wizard_draft(d->wizard))) {
        dialogue_say(d, _("There is nothing to undo."));
        return;
    }
    wizard_touch(d->wizard);
    dialogue_say(d, _("Undone. Hosts: %zu"), draft_host_count(wizard_draft(d->wizard)));
}

/* ---- going on ---- */

static void finish(struct dialogue *d)
{
    const struct judgement *j = wizard_judgement(d->wizard);
    bool is_wrong = false;
    size_t told = 0;
    if (!draft_host_count(wizard_draft(d->wizard))) {
        dialogue_say(d, _("There is no host yet. Type one: name address roles. Or: import FILE."));
        ask(d);
        return;
    }
    for (size_t i = 0; i < j->fault_count; i++) {
        const struct draft_fault *f = &j->faults[i];
        if (f->part != PART_HOST && f->part != PART_HOSTS)
            continue;
        if (told++ < SHOWN_UNASKED)
            dialogue_say(d, "  %s: %s%s%s", f->is_warning ? _("note") : _("wrong"),
                         f->part == PART_HOST ? draft_host(wizard_draft(d->wizard), f->index)->cells[CELL_NAME] : "", f->part == PART_HOST ? ": " : "",
                         f->text);
        is_wrong |= !f->is_warning;
    }
    if (told > SHOWN_UNASKED)
        dialogue_say(d, ngettext("  and %zu more", "  and %zu more", told - SHOWN_UNASKED), told - SHOWN_UNASKED);
    say_needed(d);
    if (is_wrong)
        ask(d);
    else
        dialogue_next(d);
}

static void answer(struct dialogue *d, const struct typed *typed)
{
    const char *rest;
    if (!*typed->text && !typed->is_literal) {
        finish(d);
        return;
    }
    if (dialogue_command(typed, "list", 4, &rest) && !*rest)
        list(d);
    else if (dialogue_command(typed, "undo", 4, &rest) && !*rest)
        undo(d);
    else if (dialogue_command(typed, "import", 6, &rest) && *rest)
        import(d, rest);
    else if (dialogue_command(typed, "delete", 6, &rest) && *rest)
        dialogue_delete_hosts(d, rest);
    else if (dialogue_command(typed, "set", 3, &rest) && *rest)
        set_cell(d, rest);
    else
        take_line(d, typed->text);
    ask(d);
}

static void help(struct dialogue *d)
{
    dialogue_say(d, _("name: small letters, digits and -; it becomes the node's name. address: IPv4, IPv6, a DNS name, or a name of your ssh_config; local "
                      "is this machine. roles: commas between them. user: - leaves it out. jump: user@host:port."));
    dialogue_say(d, _("A range stands for many hosts; name and address must stand for as many. import reads Ansible inventories, CSV, ssh_config and lines "
                      "as you type them here. delete takes a name, a number of the list or a range."));
    dialogue_say(d, _("set changes a cell: set kub-1 port 2222. set all user ubuntu counts for all hosts that have none of their own."));
    say_needed(d);
}

const struct part part_hosts = {.enter = enter, .ask = ask, .answer = answer, .forward = finish, .help = help};
