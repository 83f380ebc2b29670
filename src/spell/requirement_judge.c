/* From facts to verdicts. Pure. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "spell/requirement_parts.h"
#include "spell/scope.h"

/* What the topology asks of a role, in the measure's unit; 0 = nothing said. */
static uint64_t nominal(const struct judge *judge, const char *role_name)
{
    const struct topology *topology = spell_topology(judge->spell, judge->answers->topology);
    const struct role *role = topology ? topology_role(topology, role_name) : NULL;
    if (!role)
        return 0;
    switch (judge->requirement->measure) {
    case MEASURE_CPUS:
        return role->cpus;
    case MEASURE_MEMORY:
        return role->memory_mb;
    case MEASURE_DISK:
        return role->disk_mb;
    default:
        return 0;
    }
}

/* The highest threshold that counts for the host. false when none does. */
static bool highest(const struct judge *judge, const struct threshold *list, size_t count, uint64_t *value)
{
    bool has = false;
    *value = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < judge->host->roles.count; j++) {
            const char *role = judge->host->roles.items[j];
            if (list[i].role && strcmp(list[i].role, role) != 0)
                continue;
            uint64_t most = nominal(judge, role);
            if (list[i].is_percent && !most)
                continue;
            uint64_t n = list[i].is_percent ? most * list[i].value / 100 : list[i].value;
            *value = has && *value > n ? *value : n;
            has = true;
        }
    return has;
}

void judge_say(struct judge *judge, enum verdict_kind kind, char *measured, char *threshold)
{
    judge->verdict->kind = kind;
    judge->verdict->measured = measured;
    judge->verdict->threshold = threshold;
}

void judge_skip(struct judge *judge, const char *why, char *threshold)
{
    judge_say(judge, VERDICT_SKIP, mem_printf(_("unknown: %s"), why), threshold);
}

void judge_detail(struct judge *judge, const char *line)
{
    char *before = judge->verdict->detail;
    judge->verdict->detail = before && *before ? mem_printf("%s\n%s", before, line) : mem_strdup(line);
    free(before);
}

void judge_choices(struct judge *judge, const char *question, const struct strv *found, bool must_choose)
{
    free(judge->verdict->choices);
    judge->verdict->question = question;
    judge->verdict->choices = strv_join(found, " ");
    judge->verdict->is_asked = must_choose;
}

enum verdict_kind judge_bad(const struct judge *judge)
{
    return judge->requirement->is_warning ? VERDICT_WARN : VERDICT_FAIL;
}

static char *amount(enum measure measure, uint64_t n)
{
    if (measure == MEASURE_CPUS)
        return mem_printf("%" PRIu64, n);
    return n >= 10240 ? mem_printf(_("%" PRIu64 " GB"), n / 1024) : mem_printf(_("%" PRIu64 " MB"), n);
}

/* false when there is nothing to judge for this host */
static bool judge_number(struct judge *judge, const char *key)
{
    const struct requirement *r = judge->requirement;
    uint64_t fail, warn, n;
    bool has_fail = highest(judge, r->fail, r->fail_count, &fail), has_warn = highest(judge, r->warn, r->warn_count, &warn);
    if (!has_fail && !has_warn)
        return false;
    char *least = amount(r->measure, fail), *better = amount(r->measure, warn), *threshold;
    if (has_fail && has_warn && warn > fail)
        threshold = mem_printf(_("%s or more, better %s"), least, better);
    else
        threshold = mem_printf(_("%s or more"), has_fail ? least : better);
    free(least);
    free(better);
    if (!facts_number(judge->facts, key, &n)) {
        judge_skip(judge, _("the host did not say"), threshold);
        return true;
    }
    enum verdict_kind kind = has_fail && n < fail ? VERDICT_FAIL : has_warn && n < warn ? VERDICT_WARN : VERDICT_PASS;
    judge_say(judge, kind, amount(r->measure, n), threshold);
    return true;
}

static void judge_swap(struct judge *judge)
{
    uint64_t mb;
    char *none = mem_strdup(_("none in use"));
    if (!facts_number(judge->facts, "swap_mb", &mb))
        judge_skip(judge, _("/proc/swaps can't be read"), none);
    else if (facts_get(judge->facts, "swap"))
        judge_say(judge, judge_bad(judge), mem_printf(_("%s, %" PRIu64 " MB"), facts_get(judge->facts, "swap"), mb), none);
    else
        judge_say(judge, VERDICT_PASS, mem_strdup(_("none")), none);
}

bool judge_is_own_cluster(const struct judge *judge)
{
    const char *cluster = facts_get(judge->facts, "cluster");
    return cluster && judge->answers->name && strcmp(cluster, judge->answers->name) == 0;
}

bool judge_is_ours(struct judge *judge, char *threshold)
{
    if (!judge_is_own_cluster(judge))
        return false;
    judge_say(judge, VERDICT_SKIP, mem_printf(_("this host is in cluster %s already"), judge->answers->name), threshold);
    return true;
}

static bool is_listening(const struct facts *facts, unsigned port)
{
    char text[16];
    snprintf(text, sizeof text, "%u", port);
    for (size_t i = 0; i < facts->count; i++)
        if (strcmp(facts->items[i].key, "listen") == 0 && strcmp(facts->items[i].value, text) == 0)
            return true;
    return false;
}

static bool judge_ports(struct judge *judge)
{
    const struct requirement *r = judge->requirement;
    struct strv wanted = {0}, taken = {0};
    for (size_t i = 0; i < r->port_count; i++) {
        char text[16], key[32];
        snprintf(text, sizeof text, "%u", r->ports[i].port);
        snprintf(key, sizeof key, "holder:%u", r->ports[i].port);
        if ((r->ports[i].role && !strv_has(&judge->host->roles, r->ports[i].role)) || strv_has(&wanted, text))
            continue;
        strv_add(&wanted, text);
        const char *holder = facts_get(judge->facts, key);
        char *shown = holder ? mem_printf("%s (%s)", text, holder) : mem_strdup(text);
        if (is_listening(judge->facts, r->ports[i].port))
            strv_add(&taken, shown);
        free(shown);
    }
    bool has = wanted.count > 0;
    if (has) {
        char *ports = strv_join(&wanted, ", "), *in_use = strv_join(&taken, ", ");
        char *threshold = mem_printf(_("free: %s"), ports);
        if (taken.count && judge_is_ours(judge, threshold))
            ;
        else if (!facts_get(judge->facts, "listeners"))
            judge_skip(judge, _("/proc/net/tcp can't be read"), threshold);
        else if (taken.count)
            judge_say(judge, judge_bad(judge), mem_printf(_("in use: %s"), in_use), threshold);
        else
            judge_say(judge, VERDICT_PASS, mem_strdup(_("free")), threshold);
        free(ports);
        free(in_use);
    }
    strv_done(&wanted);
    strv_done(&taken);
    return has;
}

static void judge_systemd(struct judge *judge)
{
    const char *init = facts_get(judge->facts, "init");
    if (!init)
        judge_skip(judge, _("process 1 is not shown"), mem_strdup("systemd"));
    else
        judge_say(judge, strcmp(init, "systemd") == 0 ? VERDICT_PASS : judge_bad(judge), mem_strdup(init), mem_strdup("systemd"));
}

static void judge_root(struct judge *judge)
{
    const char *root = facts_get(judge->facts, "root"), *become = judge->host->become ? judge->host->become : judge->answers->fleet.ssh.become;
    char *wanted = mem_strdup(_("root, or sudo"));
    if (root && strcmp(root, "yes") == 0)
        judge_say(judge, VERDICT_PASS, mem_strdup(_("root")), wanted);
    else if (root && become && strcmp(become, "none") == 0) /* steps would not use the sudo that was found */
        judge_say(judge, judge_bad(judge), mem_strdup(_("not root, and become is none")), wanted);
    else if (root && strcmp(root, "sudo") == 0)
        judge_say(judge, VERDICT_PASS, mem_strdup(_("sudo without password")), wanted);
    else if (root && strcmp(root, "given") == 0)
        judge_say(judge, VERDICT_PASS, mem_strdup(_("sudo with the password that was given")), wanted);
    else if (root && strcmp(root, "no") == 0)
        judge_say(judge, judge_bad(judge), mem_strdup(_("neither root nor sudo")), wanted);
    else if (root && strcmp(root, "password") == 0)
        /* whether it would let the user do anything is only known once the password was given */
        judge_skip(judge, _("sudo asks for a password; it is tried when the run begins"), wanted);
    else
        judge_skip(judge, _("the host did not say"), wanted);
}

static void judge_leftovers(struct judge *judge)
{
    struct strv found = {0}, unknown = {0};
    for (size_t i = 0; i < judge->requirement->paths.count; i++) {
        const char *path = judge->requirement->paths.items[i];
        char *key = mem_printf("path:%s", path);
        const char *what = facts_get(judge->facts, key);
        if (what && (strcmp(what, "file") == 0 || strcmp(what, "folder") == 0))
            strv_add(&found, path);
        else if (!what || (strcmp(what, "absent") != 0 && strcmp(what, "empty") != 0))
            strv_add(&unknown, path);
        free(key);
    }
    char *all = strv_join(&found, ", "), *hidden = strv_join(&unknown, ", "), *wanted = mem_strdup(_("nothing left over"));
    if ((found.count || unknown.count) && judge_is_ours(judge, wanted)) {
        /* said */
    } else if (found.count) {
        judge_say(judge, judge_bad(judge), mem_printf(_("found: %s"), all), wanted);
    } else if (unknown.count) {
        char *why = mem_printf(_("%s can't be looked into by this user"), hidden);
        judge_skip(judge, why, wanted);
        free(why);
    } else {
        judge_say(judge, VERDICT_PASS, mem_strdup(_("nothing")), wanted);
    }
    free(all);
    free(hidden);
    strv_done(&found);
    strv_done(&unknown);
}

static bool judge_one(struct judge *judge)
{
    char *key;
    bool applies = true;
    switch (judge->requirement->measure) {
    case MEASURE_CPUS:
        return judge_number(judge, "cpus");
    case MEASURE_MEMORY:
        return judge_number(judge, "memory_mb");
    case MEASURE_DISK:
        key = mem_printf("disk:%s", judge->requirement->path);
        applies = judge_number(judge, key);
        free(key);
        return applies;
    case MEASURE_PORTS:
        return judge_ports(judge);
    case MEASURE_SWAP:
        judge_swap(judge);
        break;
    case MEASURE_SYSTEMD:
        judge_systemd(judge);
        break;
    case MEASURE_ROOT:
        judge_root(judge);
        break;
    case MEASURE_LEFTOVERS:
        judge_leftovers(judge);
        break;
    case MEASURE_OTHER:
        return judge->requirement->ops->judge(judge);
    }
    return applies;
}

bool requirement_concerns(const struct requirement *requirement, const struct answers *answers, const struct host *host)
{
    struct scope scope = {.answers = answers, .host = host};
    bool has = !requirement->roles.count && !host->holds_containers; /* what is asked of all is asked of nodes */
    if (host->outer)
        return false; /* it is yet to be made, of what it is made on */
    for (size_t i = 0; i < requirement->roles.count; i++)
        has |= strv_has(&host->roles, requirement->roles.items[i]);
    return has && scope_eval(&scope, requirement->when);
}

/* The remedy, and the step that sees to it by itself. */
static char *remedy(const struct judge *judge)
{
    const struct requirement *r = judge->requirement;
    const char *english = judge->remedy ? judge->remedy : r->remedy, *text = english ? spell_text(judge->spell, english) : "";
    const struct step *fix = r->fix ? spell_step(judge->spell, r->fix) : NULL;
    if (judge->verdict->kind != VERDICT_WARN && judge->verdict->kind != VERDICT_FAIL)
        return mem_strdup("");
    if (!fix)
        return mem_strdup(text);
    return mem_printf(_("%s%sThe step \"%s\" sees to it."), text, *text ? " " : "", spell_text(judge->spell, fix->title));
}

static void verdict_done(struct verdict *verdict)
{
    free(verdict->measured);
    free(verdict->threshold);
    free(verdict->remedy);
    free(verdict->detail);
    free(verdict->choices);
}

/* false: nothing to judge. */
static bool judge_requirement(const struct spell *spell, const struct answers *answers, const struct measured *measured, size_t host,
                              const struct requirement *requirement, struct verdict *verdict)
{
    const struct measured_host *h = &measured->items[host];
    *verdict = (struct verdict){.requirement = requirement};
    struct judge judge = {spell, answers, h->host, h->facts, measured, host, requirement, verdict, NULL};
    if (!requirement_concerns(requirement, answers, h->host) || !judge_one(&judge)) {
        verdict_done(verdict); /* it may have said something before */
        return false;
    }
    verdict->is_asked = verdict->is_asked && (verdict->kind == VERDICT_FAIL || verdict->kind == VERDICT_WARN);
    verdict->remedy = remedy(&judge);
    verdict->detail = verdict->detail ? verdict->detail : mem_strdup("");
    verdict->is_accepted = answers_accepted(answers, requirement->id) != NULL;
    return true;
}

struct verdicts requirement_judge(const struct spell *spell, const struct answers *answers, const struct measured *measured, size_t host)
{
    struct verdicts verdicts = {.items = mem_new(spell->requirement_count, sizeof *verdicts.items)};
    for (size_t i = 0; i < spell->requirement_count; i++)
        verdicts.count += judge_requirement(spell, answers, measured, host, &spell->requirements[i], &verdicts.items[verdicts.count]);
    return verdicts;
}

static bool compares_hosts(const struct requirement *requirement)
{
    return requirement->measure == MEASURE_OTHER && !requirement->ops->is_of_one_host;
}

void requirement_judge_again(const struct spell *spell, const struct answers *answers, const struct measured *measured, size_t host, struct verdicts *verdicts)
{
    struct verdicts now = {.items = mem_new(spell->requirement_count, sizeof *now.items)};
    size_t old = 0;
    for (size_t i = 0; i < spell->requirement_count; i++) {
        const struct requirement *r = &spell->requirements[i];
        struct verdict *before = old < verdicts->count && verdicts->items[old].requirement == r ? &verdicts->items[old++] : NULL;
        if (compares_hosts(r)) {
            if (before)
                verdict_done(before);
            now.count += judge_requirement(spell, answers, measured, host, r, &now.items[now.count]);
        } else if (before) {
            now.items[now.count++] = *before;
        }
    }
    free(verdicts->items);
    *verdicts = now;
}

void verdicts_done(struct verdicts *verdicts)
{
    for (size_t i = 0; i < verdicts->count; i++)
        verdict_done(&verdicts->items[i]);
    free(verdicts->items);
    *verdicts = (struct verdicts){0};
}
