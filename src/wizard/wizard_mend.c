/* Mending what a check found, on the hosts where it fires; then all is measured again. */
#include "wizard/wizard_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "engine/mendlog.h"

/* Copies of what the spell says: another one may be chosen while scripts run. */
struct wizard_mend {
    struct mending *mending;
    char *check, *cluster, *script, *spell, *version, *digest;
    char *log_fault; /* why it is not written down; NULL = it is */
};

static void mend_free(struct wizard_mend **mend)
{
    struct wizard_mend *m = *mend;
    if (!m)
        return;
    mending_free(&m->mending);
    free(m->check);
    free(m->cluster);
    free(m->script);
    free(m->spell);
    free(m->version);
    free(m->digest);
    free(m->log_fault);
    free(m);
    *mend = NULL;
}

void wizard_mend_done(struct wizard *w)
{
    mend_free(&w->mend);
}

void wizard_mend_look(struct wizard *w, size_t host)
{
    if (w->mend && w->mend->mending)
        mending_look(w->mend->mending, host);
}

void wizard_mend_match(struct wizard *w)
{
    if (w->mend)
        mending_match(w->mend->mending, &w->asked);
}

size_t wizard_mend_hosts(struct wizard *w, const struct requirement *requirement, size_t *hosts)
{
    struct strv ids = {0};
    struct mend_list list;
    wizard_checks(w);
    strv_add(&ids, requirement->id);
    mend_list_make(w->verdicts, w->verdict_hosts, &ids, &list);
    size_t count = mend_list_hosts(&list, requirement, hosts);
    mend_list_done(&list);
    strv_done(&ids);
    return count;
}

char *wizard_mend_text(struct wizard *w, const struct requirement *requirement, bool is_whole)
{
    const struct judgement *j = wizard_judgement(w);
    size_t *hosts = mem_new(w->asked.count + 1, sizeof *hosts), count = j->answers ? wizard_mend_hosts(w, requirement, hosts) : 0;
    char *text = j->answers ? mend_text(draft_spell(w->draft), j->answers, requirement, hosts, count, is_whole) : mem_strdup("");
    free(hosts);
    return text;
}

static void keep(struct wizard_mend *m, const struct mending_job *job)
{
    struct mendlog_entry entry = {.cluster = m->cluster, .check = m->check, .script = m->script, .spell = m->spell, .version = m->version,
                                  .digest = m->digest, .job = job};
    struct err err = ERR_INIT;
    if (!mendlog_add(&entry, &err) && !m->log_fault)
        m->log_fault = mem_strdup(err.text);
}

static void job_changed(void *context, size_t job)
{
    struct wizard *w = context;
    keep(w->mend, mending_job(w->mend->mending, job));
    w->access_changes++;
    if (mending_is_over(w->mend->mending))
        wizard_measure_again(w);
    else
        wizard_tell(w);
}

static struct wizard_mend *begin(const struct wizard *w, const struct requirement *requirement, const struct answers *answers)
{
    const struct spell *spell = draft_spell(w->draft);
    struct wizard_mend *m = mem_new(1, sizeof *m);
    m->check = mem_strdup(requirement->id);
    m->cluster = mem_strdup(answers->name);
    m->script = mem_strdup(requirement->mend->script.path);
    m->spell = mem_strdup(spell->name);
    m->version = mem_strdup(spell->version);
    m->digest = mem_strdup(spell->digest);
    return m;
}

static bool make_jobs(const struct wizard *w, const struct requirement *requirement, const struct answers *answers, const size_t *hosts, size_t count,
                      struct mending_job *jobs, struct err *err)
{
    bool ok = true;
    for (size_t i = 0; i < count && ok; i++) {
        const struct host *host = &answers->fleet.items[hosts[i]];
        jobs[i] = (struct mending_job){.name = host->name, .host = hosts[i], .limit_ms = (unsigned)requirement->mend->timeout_ms};
        jobs[i].script = mend_script(draft_spell(w->draft), answers, host, requirement, err);
        ok = jobs[i].script != NULL;
    }
    return ok;
}

bool wizard_mend(struct wizard *w, const struct requirement *requirement, struct err *err)
{
    const struct judgement *j = wizard_judgement(w);
    size_t *hosts = mem_new(w->asked.count + 1, sizeof *hosts), count = j->answers && requirement->mend ? wizard_mend_hosts(w, requirement, hosts) : 0;
    struct mending_job *jobs = mem_new(count + 1, sizeof *jobs);
    bool ok = true;
    if (w->mend && !mending_is_over(w->mend->mending))
        ok = err_set(err, ERR_INVALID, _("%s is still being mended: wait for it"), w->mend->check);
    else if (!count)
        ok = err_set(err, ERR_INVALID, _("there is nothing to mend"));
    ok = ok && make_jobs(w, requirement, j->answers, hosts, count, jobs, err);
    if (ok) {
        mend_free(&w->mend);
        w->mend = begin(w, requirement, j->answers);
        w->mend->mending = mending_new(w->access, jobs, count, job_changed, w);
        for (size_t i = 0; i < count; i++)
            if (mending_job(w->mend->mending, i)->state != MENDING_WAITS)
                keep(w->mend, mending_job(w->mend->mending, i));
    }
    for (size_t i = 0; i < count; i++)
        free((char *)jobs[i].script);
    free(jobs);
    free(hosts);
    if (ok)
        wizard_tell(w);
    return ok;
}

const struct mending *wizard_mending(const struct wizard *w, const char *check)
{
    return w->mend && (!check || strcmp(w->mend->check, check) == 0) ? w->mend->mending : NULL;
}

const char *wizard_mend_fault(const struct wizard *w)
{
    return w->mend ? w->mend->log_fault : NULL;
}
