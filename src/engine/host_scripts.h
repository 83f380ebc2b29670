/* The host's side of the step protocol, of errands (errand.h) and of the probes between hosts (mesh_talk.h), built in from src/engine/host/. */
#ifndef KWIZ_ENGINE_HOST_SCRIPTS_H
#define KWIZ_ENGINE_HOST_SCRIPTS_H

#include <stddef.h>

struct host_script {
    const char *text; /* NUL-terminated */
    size_t len;
};

extern const struct host_script host_script_loader, host_script_attach, host_script_abort, host_script_run, host_script_mesh;
extern const struct host_script host_script_playbook; /* what exported playbooks run on a host, behind the lines of RUN, HOST and OPERATOR (bootstrap.h) */

#endif
