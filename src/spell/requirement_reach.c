/* `measure: reach`: which ports of which other hosts a host must be able to connect to. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/reach.h"
#include "spell/reach_rule_text.h"
#include "spell/read.h"
#include "spell/requirement_parts.h"
#include "spell/spell_parts.h"

#define RULES_MAX 32
#define PORTS_MAX 32
#define SHOWN_MAX 3   /* hosts that the row itself names */
#define DETAIL_MAX 60 /* lines */

/* ---- reading ---- */

static void read_rule_ports(const struct yaml_reader *reader, const struct yaml_node *map, struct reach_rule *rule)
{
    const struct yaml_node *list = yaml_need(reader, map, "ports");
    if (!list || !yaml_is_sequence(reader, list, "ports"))
        return;
    if (!list->count || list->count > PORTS_MAX)
        yaml_error(reader, list, _("ports: expected 1 to %d ports"), PORTS_MAX);
    for (size_t i = 0; i < list->count && i < PORTS_MAX; i++) {
        int64_t port = 0;
        if (!yaml_integer(reader, list->items[i], "ports", 1, 65535, &port))
            continue;
        rule->ports = mem_grow(rule->ports, rule->port_count + 1, sizeof *rule->ports);
        rule->ports[rule->port_count++] = (unsigned)port;
    }
}

static void read_role(const struct yaml_reader *reader, const struct yaml_node *map, const char *key, char **role)
{
    const struct yaml_node *node = yaml_need(reader, map, key);
    const char *text = NULL;
    if (node && yaml_string(reader, node, key, &text) && strcmp(text, "all") != 0)
        *role = mem_strdup(text);
}

static void read_rule(const struct yaml_reader *reader, const struct yaml_node *node, struct reach *reach)
{
    static const char *const keys[] = {"to", "from", "ports", "when"};
    struct reach_rule rule = {0};
    if (!yaml_is_mapping(reader, node, "reach") || !yaml_check_keys(reader, node, _("an entry of reach"), keys, 4))
        return;
    read_role(reader, node, "to", &rule.to);
    read_role(reader, node, "from", &rule.from);
    read_rule_ports(reader, node, &rule);
    rule.when = read_cond(reader, node, "when");
    reach->rules = mem_grow(reach->rules, reach->rule_count + 1, sizeof *reach->rules);
    reach->rules[reach->rule_count++] = rule;
}

static void read(const struct yaml_reader *reader, const struct yaml_node *map, struct requirement *requirement)
{
    static const char *const protocols[] = {"tcp", "udp"};
    struct reach *reach = mem_new(1, sizeof *reach);
    const struct yaml_node *protocol = yaml_get(map, "protocol"), *list = yaml_need(reader, map, "reach");
    const char *text = NULL;
    requirement->own = reach;
    if (protocol && yaml_string(reader, protocol, "protocol", &text)) {
        reach->is_udp = strcmp(text, "udp") == 0;
        if (!reach->is_udp && strcmp(text, "tcp") != 0)
            read_unknown(reader, protocol, "protocol", text, protocols, 2);
    }
    if (!list || !yaml_is_sequence(reader, list, "reach"))
        return;
    if (!list->count || list->count > RULES_MAX)
        yaml_error(reader, list, _("reach: expected 1 to %d entries"), RULES_MAX);
    for (size_t i = 0; i < list->count && i < RULES_MAX; i++)
        read_rule(reader, list->items[i], reach);
}

static void done(struct requirement *requirement)
{
    struct reach *reach = requirement->own;
    for (size_t i = 0; reach && i < reach->rule_count; i++) {
        free(reach->rules[i].to);
        free(reach->rules[i].from);
        free(reach->rules[i].ports);
        cond_free(&reach->rules[i].when);
    }
    if (reach)
        free(reach->rules);
    free(reach);
    requirement->own = NULL;
}

static void check(const struct yaml_reader *reader, const struct yaml_node *map, const struct spell *spell, const struct requirement *requirement)
{
    const struct reach *reach = requirement->own;
    const struct yaml_node *list = yaml_get(map, "reach");
    /* an entry that is no mapping was complained about, and its rule is not there */
    if (!reach || !list || list->kind != YAML_SEQUENCE || list->count != reach->rule_count)
        return;
    for (size_t i = 0; i < reach->rule_count; i++) {
        const struct reach_rule *rule = &reach->rules[i];
        if (rule->to)
            spell_check_role(reader, yaml_get(list->items[i], "to"), spell, "to", rule->to);
        if (rule->from)
            spell_check_role(reader, yaml_get(list->items[i], "from"), spell, "from", rule->from);
        spell_check_cond(reader, spell, rule->when, list->items[i], "when");
    }
}

/* ---- judging ---- */

/* What was found out, in words. */
struct findings {
    struct judge *judge;
    const char *kind;            /* tcp, udp */
    struct strv wanted;          /* ports */
    struct strv blocked;         /* "HOST: tcp PORTS WORD" */
    struct strv ports;           /* of the entry of blocked that is being made */
    const char *word;            /* its value, NULL: none is being made */
    size_t to;                   /* its host */
    size_t open_hosts, last_open; /* number + 1 of the last host that is open in some port */
    char *unknown;               /* owned: the first that is not known, and why */
    size_t lines, lines_left_out;
};

static const char *word_text(const char *word)
{
    if (strcmp(word, "silent") == 0)
        return _("silent (a firewall drops it)");
    if (strcmp(word, "refused") == 0)
        return _("refused (a firewall rejects it)");
    return _("unreachable (there is no route, or a firewall rejects it)");
}

static const char *name_of(const struct findings *f, size_t host)
{
    return f->judge->measured->items[host].host->name;
}

static void detail(struct findings *f, char *line)
{
    if (f->lines < DETAIL_MAX)
        judge_detail(f->judge, line);
    else
        f->lines_left_out++;
    f->lines++;
    free(line);
}

/* The entry that is being made is whole. */
static void flush(struct findings *f)
{
    if (!f->word)
        return;
    char *ports = strv_join(&f->ports, ", ");
    char *text = mem_printf(_("%s: %s %s %s"), name_of(f, f->to), f->kind, ports, word_text(f->word));
    strv_add(&f->blocked, text);
    strv_done(&f->ports);
    free(text);
    free(ports);
    f->word = NULL;
}

static void add_blocked(struct findings *f, const struct reach_probe *probe, const char *word)
{
    const struct measured_host *target = &f->judge->measured->items[probe->to];
    char port[16];
    snprintf(port, sizeof port, "%u", probe->port);
    if (!f->word || f->to != probe->to || strcmp(f->word, word) != 0) {
        flush(f);
        f->word = word;
        f->to = probe->to;
    }
    strv_add(&f->ports, port);
    char *rule = reach_rule_text(&f->judge->measured->items[probe->from], target, probe);
    detail(f, mem_printf(_("%s %u to %s: %s. %s"), f->kind, probe->port, name_of(f, probe->to), word_text(word), rule));
    free(rule);
}

static void add_unknown(struct findings *f, const struct reach_probe *probe, const char *value)
{
    const char *why = value && strncmp(value, "unknown ", 8) == 0 ? _(value + 8) /* N_() in engine/mesh.c */
                      : !f->judge->measured->items[probe->to].facts ? _("the host was not measured")
                                                                    : _("it was not probed");
    char *text = mem_printf(_("%s: %s %u: %s"), name_of(f, probe->to), f->kind, probe->port, why);
    if (!f->unknown)
        f->unknown = mem_strdup(text);
    detail(f, text);
}

static void look(struct findings *f, const struct reach_probe *probe)
{
    char port[16], *key = reach_key(probe->kind, name_of(f, probe->to), probe->port);
    const char *value = facts_get(f->judge->facts, key);
    snprintf(port, sizeof port, "%u", probe->port);
    if (!strv_has(&f->wanted, port))
        strv_add(&f->wanted, port);
    if (value && strcmp(value, "open") == 0) {
        f->open_hosts += f->last_open != probe->to + 1;
        f->last_open = probe->to + 1;
    } else if (value && (strcmp(value, "silent") == 0 || strcmp(value, "refused") == 0 || strcmp(value, "unreachable") == 0)) {
        add_blocked(f, probe, value);
    } else {
        add_unknown(f, probe, value);
    }
    free(key);
}

static char *blocked_text(struct findings *f)
{
    struct strv shown = {0};
    for (size_t i = 0; i < f->blocked.count && i < SHOWN_MAX; i++)
        strv_add(&shown, f->blocked.items[i]);
    size_t more = f->blocked.count - shown.count;
    if (more) {
        char *text = mem_printf(ngettext("and %zu more", "and %zu more", more), more);
        strv_add(&shown, text);
        free(text);
    }
    char *all = strv_join(&shown, "; ");
    strv_done(&shown);
    return all;
}

static bool judge(struct judge *judge)
{
    const struct reach *reach = judge->requirement->own;
    struct reach_probes probes = reach_of(judge->requirement, judge->answers, judge->measured, judge->index);
    struct findings f = {.judge = judge, .kind = reach_kind_name(reach->is_udp ? REACH_UDP : REACH_TCP)};
    bool has = probes.count > 0;
    for (size_t i = 0; i < probes.count; i++)
        look(&f, &probes.items[i]);
    flush(&f);
    if (f.lines_left_out) {
        char *line = mem_printf(ngettext("and %zu line more", "and %zu lines more", f.lines_left_out), f.lines_left_out);
        judge_detail(judge, line);
        free(line);
    }
    char *ports = strv_join(&f.wanted, ", "), *threshold = mem_printf(_("open: %s %s"), f.kind, ports);
    if (!has)
        free(threshold);
    else if (f.blocked.count)
        judge_say(judge, judge_bad(judge), blocked_text(&f), threshold);
    else if (f.unknown)
        judge_skip(judge, f.unknown, threshold);
    else
        judge_say(judge, VERDICT_PASS, mem_printf(ngettext("open on %zu host", "open on %zu hosts", f.open_hosts), f.open_hosts), threshold);
    free(ports);
    free(f.unknown);
    strv_done(&f.wanted);
    strv_done(&f.blocked);
    reach_probes_done(&probes);
    return has;
}

static const char *const keys[] = {"protocol", "reach", NULL};

const struct measure_ops measure_reach = {.name = "reach", .keys = keys, .read = read, .done = done, .check = check, .judge = judge};
