/* The structs of access.h, shared by its files (access.c, access_host.c, access_root.c, access_facts.c, access_probe.c, access_perform.c, access_mesh.c). Nobody else includes
 * this. */
#ifndef KWIZ_ENGINE_ACCESS_PARTS_H
#define KWIZ_ENGINE_ACCESS_PARTS_H

#include <sys/time.h>

#include "base/buf.h"
#include "engine/access.h"
#include "engine/become.h"

/* What access_perform was asked for. */
struct access_job {
    char *script;
    struct secret *input; /* or NULL */
    unsigned limit_ms;
    bool is_late; /* it was not at its end when its time was up */
    void (*done)(void *context, size_t host, int status, const char *output);
    void *context;
};

/* One host. Its connection is here while something is being done, and left with the contacts otherwise. */
struct visit {
    struct access *access;
    size_t number;
    struct access_host host;
    char *ask_host, *ask_text; /* what host.ask points to */
    struct transport *transport;
    struct become *become;   /* the way to root while it is being used, for the trial or a job */
    struct channel *channel; /* of the script that runs */
    uv_timer_t *limit;       /* freed by its close callback; NULL without a loop */
    struct buf out, noise;   /* what the script prints */
    bool wants_facts;
    struct facts fresh;   /* of this measuring, until the probe is over */
    bool has_fresh;
    struct probe probe, tried; /* what is to be tried here, and what is or was when it was measured last */
    char probe_fault[ACCESS_TEXT_MAX]; /* why tried did not tell all */
    bool is_probe_plain;  /* root can't be had after all */
    struct timeval asked; /* when the facts were asked for, by this machine's clock */
    struct timeval began; /* when the first bytes of the facts came, by this machine's clock */
    enum become_way way;     /* that made us root, once it did */
    struct secret *password; /* and sudo's password that belongs to it; NULL = none */
    struct access_job *job;
    struct access_mesh *mesh; /* of which its script is a part, until it is over or this host has left it; NULL = none */
    char asked_key[80];      /* the fingerprint of this host's that is being asked for, else "" */
};

struct access {
    struct access_options options;
    struct contacts *contacts;
    struct visit **visits; /* owned, each owned; one a host */
    size_t count;
    char *script;          /* of facts; NULL = nothing is measured */
    struct access_mesh *mesh; /* the probing between hosts that goes on; NULL = none */
    bool is_quiet;         /* changed is not called */
};

/* access.c */
void visit_changed(struct visit *visit);
void visit_state(struct visit *visit, enum access_state state, const char *stage);
/* Copy a text that may be too long. */
void visit_text(char *out, size_t size, const char *text);
/* Of what we run there ourselves: the trial for root, the facts. */
unsigned visit_stage_limit_ms(const struct visit *visit);
void visit_limit(struct visit *visit, unsigned ms, uv_timer_cb hit);

/* access_host.c */
struct visit *visit_new(struct access *access, size_t number);
/* Its question must have been taken back from the contacts, if these live on. */
void visit_free(struct visit **visit);
/* A host at rest, or without a connection, has something to do. */
void visit_begin(struct visit *visit);
/* The next thing that is to be done over the connection, and rest if nothing is. To be called last: at rest, users may begin something else. */
void visit_go_on(struct visit *visit);
/* Whatever is being done over the connection is over. */
void visit_stop(struct visit *visit);
/* It can't be gone on with. To be called last. */
void visit_fail(struct visit *visit, const char *fault, const char *detail);
/* Sudo's question, to the contacts. */
void visit_ask_sudo(struct visit *visit, const struct transport_ask *ask);
/* The question was answered or is of no interest any more. */
void visit_unask(struct visit *visit);
/* Root can't be had. */
void visit_refuse_root(struct visit *visit, const char *detail);

/* access_root.c, access_facts.c, access_probe.c, access_perform.c: begin, on an open connection */
void root_begin(struct visit *visit);
void facts_begin(struct visit *visit);
/* Try what there is to be tried, beside the fresh facts. To be called last. */
void probe_begin(struct visit *visit);
/* Measuring is over: the fresh facts are the host's. To be called last. */
void facts_end(struct visit *visit);
/* The fresh facts, if there are any, are the host's, whatever became of the probe. */
void facts_keep(struct visit *visit);
void perform_begin(struct visit *visit);
/* access_mesh.c: begin, for a visit with a mesh; what was being done ends, or the visit itself; all of it ends, and nobody is told */
void visit_mesh(struct visit *visit);
void visit_leave_mesh(struct visit *visit);
void visit_forget_mesh(struct visit *visit);
void access_mesh_drop(struct access *access);
/* How root is to be had without asking anybody: by what access_root found, else by what these facts say of sudo. password: a copy, or NULL. */
enum become_way root_way(const struct visit *visit, const struct facts *facts, struct secret **password);
/* Remember the way that made us root. */
void root_remember(struct visit *visit);
/* Tell who waits for the job that it could not be done, because of text. Frees it. */
void job_give_up(struct access_job **job, size_t host, const char *text);
void job_free(struct access_job **job);

#endif
