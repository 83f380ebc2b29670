/* The hosts' verdicts. Judging 200 hosts by 45 checks takes more than ten milliseconds, and what hosts say while they are reached changes none of them. So they
 * are judged when somebody looks, and then those whose facts are others; of the rest only what compares hosts. */
#include "wizard/wizard_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void wizard_checks_done(struct wizard *w)
{
    for (size_t i = 0; i < w->verdict_hosts; i++)
        verdicts_done(&w->verdicts[i]);
    free(w->verdicts);
    free(w->judged);
    checks_done(&w->checks);
    w->verdicts = NULL;
    w->judged = NULL;
    w->verdict_hosts = 0;
    w->is_checked = false;
}

/* FNV-1a: whether facts are others than before is all that is asked of it. */
static uint64_t digest(const struct facts *facts)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < facts->count; i++)
        for (int k = 0; k < 2; k++)
            for (const char *p = k ? facts->items[i].value : facts->items[i].key;; p++) {
                hash = (hash ^ (unsigned char)*p) * 0x100000001b3u;
                if (!*p)
                    break;
            }
    return hash;
}

bool wizard_checks_look(struct wizard *w, size_t host)
{
    if (host >= w->asked.count)
        return false;
    const struct access_host *h = access_host(w->access, host);
    uint64_t now = h->has_facts ? digest(&h->facts) : 0;
    if (w->digest_count != w->asked.count) {
        free(w->digests);
        w->digests = mem_new(w->asked.count, sizeof *w->digests);
        w->digest_count = w->asked.count;
    }
    bool is_other = w->digests[host] != now;
    w->digests[host] = now;
    if (is_other && host < w->verdict_hosts)
        w->judged[host] = false;
    return is_other;
}

static void judge_host(struct wizard *w, const struct answers *answers, const struct measured *measured, size_t host)
{
    if (w->judged[host]) {
        requirement_judge_again(draft_spell(w->draft), answers, measured, host, &w->verdicts[host]);
        return;
    }
    verdicts_done(&w->verdicts[host]);
    w->verdicts[host] = requirement_judge(draft_spell(w->draft), answers, measured, host);
    w->judged[host] = true;
}

const struct facts *wizard_facts(struct wizard *w, size_t host)
{
    const struct access_host *h = w->access && wizard_hosts_are_current(w) ? access_host(w->access, host) : NULL;
    return h && h->has_facts ? &h->facts : NULL;
}

static size_t judge_hosts(struct wizard *w, const struct answers *answers)
{
    size_t missing = 0, count = answers->fleet.count;
    struct measured_host *hosts = mem_new(count, sizeof *hosts);
    if (!w->verdicts) {
        w->verdict_hosts = count;
        w->verdicts = mem_new(count, sizeof *w->verdicts);
        w->judged = mem_new(count, sizeof *w->judged);
    }
    for (size_t i = 0; i < count; i++) {
        hosts[i] = (struct measured_host){&answers->fleet.items[i], wizard_facts(w, i)};
        missing += !hosts[i].facts;
    }
    struct measured *measured = measured_new(hosts, count);
    for (size_t i = 0; i < count; i++) {
        if (hosts[i].facts) {
            judge_host(w, answers, measured, i);
            continue;
        }
        verdicts_done(&w->verdicts[i]);
        w->judged[i] = false;
    }
    measured_free(&measured);
    free(hosts);
    return missing;
}

static const char *accepted(const void *context, const char *id)
{
    return draft_accepted(context, id);
}

const struct wizard_checks *wizard_checks(struct wizard *w)
{
    const struct judgement *j = wizard_judgement(w);
    const struct spell *spell = draft_spell(w->draft);
    if (w->is_checked && w->checked_version == draft_version(w->draft) && w->checked_changes == w->access_changes)
        return &w->checks;
    if (!w->is_checked || w->checked_version != draft_version(w->draft) || w->checked_entered != w->entered)
        wizard_checks_done(w);
    checks_done(&w->checks);
    w->checked_entered = w->entered;
    w->is_checked = true;
    w->checked_version = draft_version(w->draft);
    w->checked_changes = w->access_changes;
    if (!spell || !j->answers)
        return &w->checks;
    size_t missing = judge_hosts(w, j->answers);
    const struct checks_source source = {.spell = spell, .verdicts = w->verdicts, .hosts = w->verdict_hosts, .measured = w->verdict_hosts - missing,
                                         .missing = missing, .can_ask = true, .accepted = accepted, .accepted_context = w->draft};
    checks_sum(&source, &w->checks);
    return &w->checks;
}

const struct verdict *wizard_verdict(struct wizard *w, size_t host, const struct requirement *requirement)
{
    return checks_verdict(wizard_checks(w), host, requirement);
}
