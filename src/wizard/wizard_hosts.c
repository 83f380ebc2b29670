/* The hosts as they are: reached, measured, judged. */
#include "wizard/wizard_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "spell/reach.h"

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

/* Is there a probe that nothing is known of? An answer that is another now may have added it. */
static bool is_wanting(const struct measured_host *hosts, const struct reach_probes *probes)
{
    bool is_known = true;
    for (size_t i = 0; is_known && i < probes->count; i++) {
        const struct reach_probe *probe = &probes->items[i];
        char *key = reach_key(probe->kind, hosts[probe->to].host->name, probe->port);
        is_known = facts_get(hosts[probe->from].facts, key) != NULL;
        free(key);
    }
    return !is_known;
}

/* Between hosts is probed when all have been measured or failed, and anew when one has been measured anew. */
static void mesh(struct wizard *w)
{
    const struct judgement *j = wizard_judgement(w);
    const struct spell *spell = draft_spell(w->draft);
    if (!spell || !j->answers || !reach_is_asked(spell) || !wizard_hosts_are_current(w))
        return;
    size_t count = access_count(w->access);
    struct measured_host *hosts = mem_new(count, sizeof *hosts);
    for (size_t i = 0; i < count; i++) {
        const struct access_host *h = access_host(w->access, i);
        hosts[i] = (struct measured_host){&j->answers->fleet.items[i], h->has_facts ? &h->facts : NULL};
    }
    struct measured *measured = measured_new(hosts, count);
    struct reach_probes probes = reach_of_all(spell, j->answers, measured);
    if (access_wants_mesh(w->access) || is_wanting(hosts, &probes))
        access_mesh(w->access, measured, &probes, NULL, NULL);
    reach_probes_done(&probes);
    measured_free(&measured);
    free(hosts);
}

static void on_changed(void *context, size_t host)
{
    struct wizard *w = context;
    const struct access_host *h = access_host(w->access, host);
    w->access_changes += wizard_checks_look(w, host);
    if (h->was_key_accepted && *h->fingerprint)
        write_down_key(w, host, h->fingerprint);
    wizard_mend_look(w, host);
    if (access_wants_mesh(w->access)) /* before anybody is told that all are at rest */
        mesh(w);
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

/* What these answers want tried; nothing where they are of other hosts than access has. */
static struct probes wanted_probes(struct wizard *w)
{
    const struct judgement *j = wizard_judgement(w);
    return j->answers && wizard_hosts_are_current(w) ? probes_make(draft_spell(w->draft), j->answers) : (struct probes){0};
}

bool wizard_probes_are_current(struct wizard *w)
{
    if (!w->is_probed || w->probed_version != draft_version(w->draft)) {
        struct probes probes = wanted_probes(w);
        w->has_current_probes = w->access && access_has_probes(w->access, &probes);
        w->probed_version = draft_version(w->draft);
        w->is_probed = true;
        probes_done(&probes);
    }
    return w->has_current_probes;
}

/* By the hosts and answers as they are now. */
static void measure(struct wizard *w, bool again)
{
    char *script = requirement_script(draft_spell(w->draft), &w->asked);
    struct probes probes = wanted_probes(w);
    access_probe(w->access, &probes);
    w->is_probed = false;
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
    w->is_probed = false;
    wizard_mend_match(w);
    access_start(w->access);
    w->access_changes++;
    w->entered++;
    w->digest_count = 0; /* numbers may be of other hosts now */
    if (measures && draft_spell(w->draft)->requirement_count) {
        measure(w, false);
        if (!access_is_busy(w->access))
            mesh(w);
    }
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

void wizard_measure_host(struct wizard *w, size_t host)
{
    if (!w->access || host >= access_count(w->access) || !draft_spell(w->draft))
        return;
    access_measure_host(w->access, host);
    wizard_tell(w);
}

/* Is something being found out there: is it reached for that, or asked? */
static bool is_measuring(const struct access_host *h)
{
    return h->state == ACCESS_CONNECTING || h->state == ACCESS_ROOT || h->state == ACCESS_MEASURING;
}

size_t wizard_measuring(struct wizard *w, const char **phase)
{
    size_t busy = 0;
    *phase = "";
    for (size_t i = 0; w->access && i < access_count(w->access); i++) {
        const struct access_host *h = access_host(w->access, i);
        if (!is_measuring(h))
            continue;
        busy++;
        if (!**phase || h->state == ACCESS_MEASURING)
            *phase = h->stage;
    }
    return busy;
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
