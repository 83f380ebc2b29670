#include "engine/mending.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "engine/mask.h"

#define GONE ((size_t)-1)

struct job {
    struct mending *mending;
    struct mending_job is; /* its strings are ours */
};

struct mending {
    struct access *access;
    struct job *jobs;
    size_t count;
    void (*changed)(void *context, size_t job);
    void *context;
    struct mask_set *secrets; /* that hosts were given: an output may quote one */
    bool is_quiet;
};

const char *mending_state_name(enum mending_state state)
{
    static const char *const names[] = {"waits", "runs", "done", "failed", "left"};
    return names[state];
}

const char *mending_tail(const char *output, size_t lines)
{
    const char *at = output + strlen(output);
    at -= at > output && at[-1] == '\n';
    while (at > output && (at[-1] != '\n' || --lines))
        at--;
    return at;
}

void mending_last_line(const char *output, char *out, size_t size)
{
    size_t end = strlen(output), start;
    while (end && (output[end - 1] == '\n' || output[end - 1] == ' '))
        end--;
    for (start = end; start && output[start - 1] != '\n';)
        start--;
    snprintf(out, size, "%.*s", (int)(end - start), output + start);
}

static void learned(void *context, const struct secret *secret)
{
    mask_set_add(((struct mending *)context)->secrets, secret);
}

static void set(struct job *job, enum mending_state state, int status, const char *output)
{
    struct mending *m = job->mending;
    char *text = mem_strdup(output);
    mask_text(m->secrets, text, strlen(text));
    free(job->is.output);
    job->is.output = text;
    job->is.state = state;
    job->is.status = status;
    if (mending_is_over(m))
        contacts_watch(access_contacts(m->access), NULL, NULL);
    if (m->changed && !m->is_quiet)
        m->changed(m->context, (size_t)(job - m->jobs));
}

static void go_on(struct mending *m, size_t host);

static void done(void *context, size_t host, int status, const char *output)
{
    struct job *job = context;
    (void)host; /* it may have another number now */
    set(job, status == 0 ? MENDING_DONE : MENDING_FAILED, status, output);
    if (job->is.host != GONE)
        go_on(job->mending, job->is.host);
}

/* What can't be begun there any more. */
static void leave_host(struct mending *m, size_t host, const char *why)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->jobs[i].is.host == host && m->jobs[i].is.state == MENDING_WAITS)
            set(&m->jobs[i], MENDING_LEFT, -1, *why ? why : _("the host was not reached"));
}

static void go_on(struct mending *m, size_t host)
{
    const struct access_host *h = access_host(m->access, host);
    struct job *next = NULL;
    for (size_t i = 0; i < m->count; i++) {
        struct job *job = &m->jobs[i];
        if (job->is.host != host)
            continue;
        if (job->is.state == MENDING_RUNS)
            return;
        if (job->is.state == MENDING_WAITS && !next)
            next = job;
    }
    if (!next)
        return;
    if (h->state == ACCESS_FAILED || (h->state == ACCESS_READY && h->root == ROOT_REFUSED)) {
        leave_host(m, host, h->detail);
        return;
    }
    if (h->state != ACCESS_READY)
        return;
    next->is.state = MENDING_RUNS; /* access tells of the host from within */
    if (!access_perform(m->access, host, next->is.script, NULL, next->is.limit_ms, done, next))
        set(next, MENDING_LEFT, -1, _("the host is not ready"));
    else if (next->is.state == MENDING_RUNS)
        set(next, MENDING_RUNS, 0, "");
}

struct mending *mending_new(struct access *access, const struct mending_job *jobs, size_t count, void (*changed)(void *context, size_t job), void *context)
{
    struct mending *m = mem_new(1, sizeof *m);
    *m = (struct mending){.access = access, .jobs = mem_new(count + 1, sizeof *m->jobs), .count = count, .changed = changed, .context = context};
    m->secrets = mask_set_new();
    m->is_quiet = true;
    contacts_watch(access_contacts(access), learned, m);
    for (size_t i = 0; i < count; i++) {
        m->jobs[i] = (struct job){.mending = m, .is = jobs[i]};
        m->jobs[i].is.name = mem_strdup(jobs[i].name);
        m->jobs[i].is.script = mem_strdup(jobs[i].script);
        m->jobs[i].is.output = mem_strdup("");
        m->jobs[i].is.state = MENDING_WAITS;
    }
    for (size_t i = 0; i < count; i++)
        if (access_host(access, m->jobs[i].is.host)->state == ACCESS_READY)
            go_on(m, m->jobs[i].is.host);
    m->is_quiet = false;
    return m;
}

void mending_free(struct mending **mending)
{
    struct mending *m = *mending;
    if (!m)
        return;
    if (!mending_is_over(m))
        contacts_watch(access_contacts(m->access), NULL, NULL);
    for (size_t i = 0; i < m->count; i++) {
        free((char *)m->jobs[i].is.name);
        free((char *)m->jobs[i].is.script);
        free(m->jobs[i].is.output);
    }
    mask_set_free(&m->secrets);
    free(m->jobs);
    free(m);
    *mending = NULL;
}

void mending_look(struct mending *m, size_t host)
{
    if (!m->is_quiet && mending_is_at(m, host))
        go_on(m, host);
}

void mending_match(struct mending *m, const struct fleet *fleet)
{
    for (size_t i = 0; i < m->count; i++) {
        struct mending_job *job = &m->jobs[i].is;
        job->host = GONE;
        for (size_t h = 0; h < fleet->count && job->host == GONE; h++)
            if (strcmp(fleet->items[h].name, job->name) == 0)
                job->host = h;
        bool is_gone = job->host == GONE;
        if (is_gone && job->state == MENDING_WAITS)
            set(&m->jobs[i], MENDING_LEFT, -1, _("it is not one of the hosts any more"));
        else if (job->state == MENDING_RUNS && (is_gone || access_host(m->access, job->host)->state == ACCESS_IDLE))
            set(&m->jobs[i], MENDING_FAILED, -1, _("it is not known what came of it: the connection was given up"));
    }
}

size_t mending_count(const struct mending *m)
{
    return m->count;
}

const struct mending_job *mending_job(const struct mending *m, size_t index)
{
    return &m->jobs[index].is;
}

bool mending_is_over(const struct mending *m)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->jobs[i].is.state == MENDING_WAITS || m->jobs[i].is.state == MENDING_RUNS)
            return false;
    return true;
}

bool mending_is_at(const struct mending *m, size_t host)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->jobs[i].is.host == host && (m->jobs[i].is.state == MENDING_WAITS || m->jobs[i].is.state == MENDING_RUNS))
            return true;
    return false;
}

void mending_stop(struct mending *m, const char *why)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->jobs[i].is.state == MENDING_WAITS)
            set(&m->jobs[i], MENDING_LEFT, -1, why);
}
