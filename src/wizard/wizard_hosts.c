/* The hosts as they are: reached, measured, judged. */
#include "wizard/wizard_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* ---- access ---- */

/* A key that was accepted stands in the answers from now on. */
static void write_down_key(struct wizard *w, size_t host, const char *fingerprint)
{
    for (size_t i = 0; host < w->asked.count && i < draft_host_count(w->draft); i++)
        if (strcmp(draft_host(w->draft, i)->cells[CELL_NAME], w->asked.items[host].name) == 0 &&
            !strv_has(&draft_host(w->draft, i)->host_keys, fingerprint)) {
            draft_host_key(w->draft, i, fingerprint);
            contacts_pin(access_contacts(w->access), host, fingerprint);
        }
}

static void on_changed(void *context, size_t host)
{
    struct wizard *w = context;
    const struct access_host *h = access_host(w->access, host);
    w->access_changes++;
    if (h->was_key_accepted && *h->fingerprint)
        write_down_key(w, host, h->fingerprint);
    wizard_mend_look(w, host);
    wizard_tell(w);
}

struct access *wizard_access(struct wizard *w)
{
    return w->access;
}

unsigned wizard_reach_limit_ms(const struct wizard *w)
{
    return w->options.transport.dial_limit_ms ? w->options.transport.dial_limit_ms : 10000;
}

static void make_access(struct wizard *w)
{
    struct access_options options = {
        .loop = w->options.loop,
        .transport = w->options.transport,
        .secret = wizard_secret,
        .secret_context = w,
        .tries_root = true,
        .can_ask = w->options.can_ask,
        .changed = on_changed,
        .changed_context = w,
    };
    w->access = access_new(&options);
}

static void copy_fleet(struct fleet *to, const struct fleet *from)
{
    fleet_done(to);
    *to = (struct fleet){.items = mem_new(from->count, sizeof *to->items), .count = from->count};
    for (size_t i = 0; i < from->count; i++)
        host_copy(&to->items[i], &from->items[i]);
    to->ssh.user = from->ssh.user ? mem_strdup(from->ssh.user) : NULL;
    to->ssh.jump = from->ssh.jump ? mem_strdup(from->ssh.jump) : NULL;
    to->ssh.become = from->ssh.become ? mem_strdup(from->ssh.become) : NULL;
    to->ssh.port = from->ssh.port;
    strv_copy(&to->ssh.identities, &from->ssh.identities);
}

/* By the hosts and answers as they are now. */
static void measure(struct wizard *w, bool again)
{
    const struct judgement *j = wizard_judgement(w);
    char *script = requirement_script(draft_spell(w->draft), &w->asked);
    struct probes probes = {0};
    if (j->answers && wizard_hosts_are_current(w))
        probes = probes_make(draft_spell(w->draft), j->answers);
    access_probe(w->access, &probes);
    access_measure(w->access, script, again);
    probes_done(&probes);
    free(script);
}

void wizard_hosts_enter(struct wizard *w, bool measures)
{
    const struct judgement *j = wizard_judgement(w);
    if (!j->answers || judgement_count(j, PART_HOST) || judgement_count(j, PART_SSH))
        return;
    if (!w->access)
        make_access(w);
    copy_fleet(&w->asked, &j->answers->fleet);
    access_set_hosts(w->access, &w->asked);
    wizard_mend_match(w);
    access_start(w->access);
    w->access_changes++;
    if (measures && draft_spell(w->draft)->requirement_count)
        measure(w, false);
}

void wizard_measure_again(struct wizard *w)
{
    if (!w->access || !draft_spell(w->draft))
        return;
    measure(w, true);
    for (size_t i = 0; i < access_count(w->access); i++)
        if (access_host(w->access, i)->state == ACCESS_FAILED)
            access_again(w->access, i); /* it is measured when it is reached */
    w->access_changes++;
    wizard_tell(w);
}

bool wizard_hosts_are_current(struct wizard *w)
{
    const struct judgement *j = wizard_judgement(w);
    size_t count = w->asked.count;
    if (!j->answers || j->answers->fleet.count != count)
        return false;
    bool same = true;
    for (size_t i = 0; same && i < count; i++) {
        struct host now, then;
        host_copy_reach(&now, &j->answers->fleet.items[i], &j->answers->fleet.ssh);
        host_copy_reach(&then, &w->asked.items[i], &w->asked.ssh);
        strv_done(&now.host_keys); /* one that was accepted meanwhile is no other host */
        strv_done(&then.host_keys);
        same = host_is_reached_alike(&now, &then);
        host_done(&now);
        host_done(&then);
    }
    return same;
}

/* ---- verdicts ---- */

void wizard_checks_done(struct wizard *w)
{
    for (size_t i = 0; i < w->verdict_hosts; i++)
        verdicts_done(&w->verdicts[i]);
    free(w->verdicts);
    free(w->checks.items);
    w->verdicts = NULL;
    w->verdict_hosts = 0;
    w->checks = (struct wizard_checks){0};
    w->is_checked = false;
}

static void judge_hosts(struct wizard *w, const struct answers *answers)
{
    bool is_current = w->access && wizard_hosts_are_current(w);
    w->verdict_hosts = answers->fleet.count;
    w->verdicts = mem_new(w->verdict_hosts, sizeof *w->verdicts);
    struct measured_host *hosts = mem_new(w->verdict_hosts, sizeof *hosts);
    for (size_t i = 0; i < w->verdict_hosts; i++) {
        const struct access_host *h = is_current ? access_host(w->access, i) : NULL;
        hosts[i] = (struct measured_host){&answers->fleet.items[i], h && h->has_facts ? &h->facts : NULL};
        w->checks.missing += !hosts[i].facts;
    }
    w->checks.measured = w->verdict_hosts - w->checks.missing;
    struct measured *measured = measured_new(hosts, w->verdict_hosts);
    for (size_t i = 0; i < w->verdict_hosts; i++)
        if (hosts[i].facts)
            w->verdicts[i] = requirement_judge(draft_spell(w->draft), answers, measured, i);
    measured_free(&measured);
    free(hosts);
}

const struct verdict *wizard_verdict(struct wizard *w, size_t host, const struct requirement *requirement)
{
    wizard_checks(w);
    for (size_t i = 0; host < w->verdict_hosts && i < w->verdicts[host].count; i++)
        if (w->verdicts[host].items[i].requirement == requirement)
            return &w->verdicts[host].items[i];
    return NULL;
}

/* How much a check wants to be looked at. */
static int gravity(enum verdict_kind kind)
{
    static const int order[] = {[VERDICT_FAIL] = 0, [VERDICT_WARN] = 1, [VERDICT_SKIP] = 2, [VERDICT_PASS] = 3};
    return order[kind];
}

static int by_gravity(const void *a, const void *b)
{
    const struct wizard_check *x = a, *y = b;
    int order = gravity(x->worst) - gravity(y->worst);
    return order ? order : x->requirement < y->requirement ? -1 : x->requirement > y->requirement;
}

static void sum_up(struct wizard *w, const struct requirement *requirement, struct wizard_check *check)
{
    enum verdict_kind worst = VERDICT_PASS;
    *check = (struct wizard_check){.requirement = requirement, .accepted = draft_accepted(w->draft, requirement->id)};
    for (size_t host = 0; host < w->verdict_hosts; host++) {
        const struct verdict *v = NULL;
        for (size_t i = 0; i < w->verdicts[host].count; i++)
            if (w->verdicts[host].items[i].requirement == requirement)
                v = &w->verdicts[host].items[i];
        if (!v)
            continue;
        check->hosts++;
        check->counts[v->kind]++;
        if (gravity(v->kind) < gravity(worst)) {
            worst = v->kind;
            check->worst_host = host;
        }
    }
    bool fires = worst == VERDICT_FAIL || worst == VERDICT_WARN;
    check->is_stale = check->accepted && !fires && check->hosts && !w->checks.missing;
    check->worst = check->accepted && fires ? VERDICT_PASS : worst;
    if (check->accepted && fires)
        w->checks.accepted++;
    else if (check->hosts)
        w->checks.counts[check->worst]++;
}

const struct wizard_checks *wizard_checks(struct wizard *w)
{
    const struct judgement *j = wizard_judgement(w);
    const struct spell *spell = draft_spell(w->draft);
    if (w->is_checked && w->checked_version == draft_version(w->draft) && w->checked_changes == w->access_changes)
        return &w->checks;
    wizard_checks_done(w);
    w->is_checked = true;
    w->checked_version = draft_version(w->draft);
    w->checked_changes = w->access_changes;
    if (!spell || !j->answers)
        return &w->checks;
    judge_hosts(w, j->answers);
    w->checks.items = mem_new(spell->requirement_count, sizeof *w->checks.items);
    for (size_t i = 0; i < spell->requirement_count; i++)
        sum_up(w, &spell->requirements[i], &w->checks.items[w->checks.count++]);
    if (w->checks.count)
        qsort(w->checks.items, w->checks.count, sizeof *w->checks.items, by_gravity);
    return &w->checks;
}
