/* Probing between the hosts of an access: a script on each, as root where that can be had, and mesh.h to tell them what to do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "engine/access_parts.h"
#include "engine/errand.h"
#include "engine/host_scripts.h"
#include "engine/letters.h"
#include "engine/mesh.h"

static const char tools[] = "mesh_tools='python3 perl nc socat busybox bash'\n";

struct access_mesh {
    struct access *access;
    struct mesh *mesh;
    struct visit **visits; /* as they were numbered when it began; NULL = gone, or not of it */
    size_t count;
    uv_timer_t *timer;     /* freed by its close callback */
    bool is_over;
    void (*done)(void *context);
    void *context;
};

static size_t number_of(const struct access_mesh *am, const struct visit *v)
{
    size_t i = 0;
    while (i < am->count && am->visits[i] != v)
        i++;
    return i;
}

/* ---- the end ---- */

static void am_free(struct access_mesh *am)
{
    mesh_free(&am->mesh);
    uv_close((uv_handle_t *)am->timer, (uv_close_cb)free);
    free(am->visits);
    free(am);
}

static void finish(struct access_mesh *am)
{
    am->access->mesh = NULL;
    for (size_t i = 0; i < am->count; i++)
        if (am->visits[i] && am->visits[i]->host.has_facts) {
            mesh_tell(am->mesh, i, &am->visits[i]->host.facts);
            am->visits[i]->host.is_probed = am->visits[i]->mesh == am; /* else it broke: when it is reached again, so is this */
        }
    for (size_t i = 0; i < am->count; i++) {
        struct visit *v = am->visits[i];
        if (!v || v->mesh != am)
            continue;
        v->mesh = NULL;
        if (v->host.state != ACCESS_MEASURING)
            continue; /* it is reached anew, and goes on from there */
        visit_stop(v);
        visit_go_on(v);
    }
    if (am->done)
        am->done(am->context);
    am_free(am);
}

static void timer_hit(uv_timer_t *timer)
{
    struct access_mesh *am = timer->data;
    if (am->is_over)
        finish(am);
    else
        mesh_time_up(am->mesh);
}

void access_mesh_drop(struct access *a)
{
    struct access_mesh *am = a->mesh;
    if (!am)
        return;
    a->mesh = NULL;
    for (size_t i = 0; i < am->count; i++)
        if (am->visits[i] && am->visits[i]->mesh == am)
            am->visits[i]->mesh = NULL;
    am_free(am);
}

static void leave(struct visit *v, const char *why)
{
    struct access_mesh *am = v->mesh;
    v->mesh = NULL;
    mesh_gone(am->mesh, number_of(am, v), why);
}

void visit_leave_mesh(struct visit *v)
{
    if (v->mesh)
        leave(v, mesh_lost_why);
}

void visit_forget_mesh(struct visit *v)
{
    struct access_mesh *am = v->access->mesh;
    size_t at = am ? number_of(am, v) : 0;
    if (am && at < am->count)
        am->visits[at] = NULL;
}

/* ---- what mesh.h wants ---- */

static void write_to(void *context, size_t host, const char *bytes, size_t len)
{
    struct access_mesh *am = context;
    struct visit *v = am->visits[host];
    if (v && v->mesh == am && v->channel)
        channel_write(v->channel, bytes, len);
}

/* A terminal has no end of input, so it is said, too. */
static void end_of(void *context, size_t host)
{
    struct access_mesh *am = context;
    struct visit *v = am->visits[host];
    if (!v || v->mesh != am || !v->channel)
        return;
    channel_write(v->channel, "quit\n", 5);
    channel_write_end(v->channel);
}

static void set_timer(void *context, unsigned limit_ms)
{
    struct access_mesh *am = context;
    am->is_over = limit_ms == 0;
    uv_timer_start(am->timer, timer_hit, limit_ms, 0);
}

/* ---- one host ---- */

static void on_data(void *context, const void *bytes, size_t len, bool is_error)
{
    struct visit *v = context;
    if (v->mesh && !is_error)
        mesh_heard(v->mesh->mesh, number_of(v->mesh, v), bytes, len);
}

/* The visit stays with the mesh until all are over. */
static void on_closed(void *context, int exit_status, const char *signal)
{
    struct visit *v = context;
    (void)exit_status, (void)signal;
    channel_free(&v->channel);
    if (v->mesh)
        mesh_gone(v->mesh->mesh, number_of(v->mesh, v), mesh_lost_why);
}

static void on_ready(void *context, struct channel *channel, const void *rest, size_t len)
{
    struct visit *v = context;
    size_t number = number_of(v->mesh, v);
    v->channel = channel;
    errand_write_head(channel, sizeof tools - 1 + host_script_mesh.len, ERRAND_INPUT_ALL, MESH_LIFE_MS);
    channel_write(channel, tools, sizeof tools - 1);
    channel_write_shared(channel, host_script_mesh.text, host_script_mesh.len);
    mesh_begun(v->mesh->mesh, number);
    if (len && v->mesh)
        mesh_heard(v->mesh->mesh, number, rest, len);
}

static void become_begin(struct visit *v, enum become_way way, const struct secret *password);

static void on_failed(void *context, const char *fault, const char *detail, bool is_passing)
{
    struct visit *v = context;
    bool was_root = become_way(v->become) != BECOME_PLAIN;
    (void)fault, (void)detail, (void)is_passing;
    become_free(&v->become);
    if (was_root) /* most ports can be probed by anybody */
        become_begin(v, BECOME_PLAIN, NULL);
    else
        mesh_gone(v->mesh->mesh, number_of(v->mesh, v), mesh_lost_why);
}

static void become_begin(struct visit *v, enum become_way way, const struct secret *password)
{
    static const struct channel_events channel = {.data = on_data, .closed = on_closed};
    static const struct become_events events = {.ready = on_ready, .channel = &channel, .failed = on_failed};
    struct become_options options = {
        .transport = v->transport,
        .host = contacts_host(v->access->contacts, v->number)->name,
        .program = errand_program,
        .way = way,
        .password = password,
        .limit_ms = visit_stage_limit_ms(v),
    };
    v->become = become_start(v->access->options.loop, &options, &events, v);
}

void visit_mesh(struct visit *v)
{
    struct secret *password = NULL;
    enum become_way way = root_way(v, &v->host.facts, &password);
    visit_state(v, ACCESS_MEASURING, _("probing ports between hosts"));
    become_begin(v, way, password);
    secret_free(&password);
    visit_changed(v);
}

/* ---- beginning ---- */

static bool is_usable(const struct visit *v)
{
    return v->host.state == ACCESS_READY && v->host.has_facts && !v->host.is_container;
}

bool access_wants_mesh(const struct access *a)
{
    size_t usable = 0, unprobed = 0;
    for (size_t i = 0; i < a->count; i++) {
        usable += is_usable(a->visits[i]);
        unprobed += is_usable(a->visits[i]) && !a->visits[i]->host.is_probed;
    }
    return !a->mesh && a->options.loop && usable > 1 && unprobed && !access_is_busy(a);
}

bool access_mesh(struct access *a, const struct measured *measured, const struct reach_probes *probes, void (*done)(void *context), void *context)
{
    if (a->mesh || !a->options.loop || measured->count != a->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        a->visits[i]->host.is_probed |= is_usable(a->visits[i]); /* also when there is nothing to probe: it was seen to */
    if (!probes->count)
        return false;
    struct access_mesh *am = mem_new(1, sizeof *am);
    *am = (struct access_mesh){.access = a, .count = a->count, .done = done, .context = context};
    am->visits = mem_new(a->count, sizeof *am->visits);
    am->timer = mem_new(1, sizeof *am->timer);
    uv_timer_init(a->options.loop, am->timer);
    am->timer->data = am;
    am->mesh = mesh_new(&(struct mesh_options){
        .measured = measured, .probes = probes, .draw = letters_draw, .write = write_to, .end = end_of, .timer = set_timer, .context = am});
    a->mesh = am;
    for (size_t i = 0; i < a->count; i++) {
        am->visits[i] = mesh_has(am->mesh, i) && is_usable(a->visits[i]) ? a->visits[i] : NULL;
        if (am->visits[i])
            am->visits[i]->mesh = am;
    }
    mesh_start(am->mesh);
    for (size_t i = 0; i < am->count; i++) {
        if (am->visits[i])
            visit_begin(am->visits[i]);
        else if (mesh_has(am->mesh, i))
            mesh_gone(am->mesh, i, mesh_lost_why);
    }
    return true;
}
