/* Probing between hosts: each listens on the ports that others are to reach, and when all do (or failed, or 10 s have gone) each connects to those of
 * the others. This is what is said and when, and what is made of it; access_mesh.c has the connections. No I/O of its own. A host that talks nonsense,
 * hangs or goes has that said about what it was to find out, and the rest goes on. A host that lies can do so about pairs that it is one of. */
#ifndef KWIZ_ENGINE_MESH_H
#define KWIZ_ENGINE_MESH_H

#include <stdbool.h>
#include <stddef.h>

#include "model/facts.h"
#include "spell/reach.h"

struct mesh;

#define MESH_READY_LIMIT_MS 10000u /* for all to listen */
#define MESH_PROBE_LIMIT_MS 30000u /* for all to connect and to measure; the script gives up sooner */
#define MESH_END_LIMIT_MS 3000u    /* for all to end their listeners */
#define MESH_LIFE_MS 60000u        /* of the script, whatever becomes of kwiz: more than all of the above and the time to get in */

/* Why something could not be found out, untranslated, as it stands in facts behind `unknown `. */
extern const char *const mesh_lost_why;     /* the connection or the script ended */
extern const char *const mesh_nonsense_why; /* it printed what it should not */

struct mesh_options {
    const struct measured *measured;    /* the hosts: only needed by mesh_new */
    const struct reach_probes *probes;  /* as of reach_of_all(); copied */
    /* len letters and digits that nobody can guess, and a NUL (letters.h); only needed by mesh_new */
    void (*draw)(char *out, size_t len);
    void (*write)(void *context, size_t host, const char *bytes, size_t len);
    /* Nothing more is written to the host: its script is to end. */
    void (*end)(void *context, size_t host);
    /* Call mesh_time_up in limit_ms, and not for what was set before. 0: all is over; do not free the mesh in here. */
    void (*timer)(void *context, unsigned limit_ms);
    void *context;
};

/* Nothing is called in here. */
struct mesh *mesh_new(const struct mesh_options *options);
void mesh_free(struct mesh **mesh);
/* Has the host anything to do? If not, it is not begun. */
bool mesh_has(const struct mesh *mesh, size_t host);
/* To be called once, when the hosts are about to be begun. */
void mesh_start(struct mesh *mesh);
/* The script runs there and reads: it is told what to do. */
void mesh_begun(struct mesh *mesh, size_t host);
/* What it printed. */
void mesh_heard(struct mesh *mesh, size_t host, const char *bytes, size_t len);
/* Its script has ended, or could not be begun: why (untranslated, static). When it was to end, that is all right. */
void mesh_gone(struct mesh *mesh, size_t host, const char *why);
void mesh_time_up(struct mesh *mesh);
/* What was found, as facts of the host (doc/facts.md). */
void mesh_tell(const struct mesh *mesh, size_t host, struct facts *facts);

#endif
