/* What kwiz and the script that probes between hosts (host/mesh.sh) say to each other, in lines of words. Pure; the bytes from hosts are hostile.
 *
 * kwiz: me TOKEN NONCE NUMBER         the words that begin this host's lines, and all hosts' datagrams; the number of the host
 *       listen ID KIND ADDRESS PORT   KIND: tcp, udp
 *       probe ID KIND ADDRESS PORT WORD   WORD: which only the two hosts come to know
 *       rtt ID ADDRESS PORT           by a port that one of the probes found an answer at, else by this one
 *       end                           listen now
 *       go                            all others listen, or never will: connect
 *       quit                          or the end of input
 * host: TOKEN tool NAME
 *       TOKEN bound ID HOW            HOW: ok, taken, root (only root may), failed, none (no program to listen with)
 *       TOKEN ready                   after `end`: no more of these will come
 *       TOKEN probe ID RESULT         RESULT: open, refused, silent, unreachable, failed, none (no program to connect with)
 *       TOKEN rtt ID MICROSECONDS     or none
 *       TOKEN done
 *       NONCE NUMBER ID WORD          the datagram of that host's probe came in
 * Other lines are noise: a banner, or what somebody else sent to the port. */
#ifndef KWIZ_ENGINE_MESH_TALK_H
#define KWIZ_ENGINE_MESH_TALK_H

#include <stddef.h>
#include <stdint.h>

#define MESH_TOKEN_LEN 24
#define MESH_WORD_LEN 16
#define MESH_LINE_MAX ((size_t)200)
#define MESH_RTT_MAX_US 100000000u

enum mesh_bound { MESH_UNBOUND, MESH_LISTENS, MESH_TAKEN, MESH_ROOT, MESH_NOT_BOUND, MESH_NO_LISTENER };
enum mesh_result { MESH_NO_RESULT, MESH_OPEN, MESH_REFUSED, MESH_SILENT, MESH_UNREACHABLE, MESH_NOT_TRIED, MESH_NO_CONNECTOR };

enum mesh_saying { MESH_NOISE, MESH_TOOL, MESH_BOUND, MESH_READY, MESH_PROBED, MESH_RTT, MESH_DONE, MESH_HEARD, MESH_NONSENSE };
struct mesh_line {
    enum mesh_saying saying;
    size_t id;
    size_t number;                /* MESH_HEARD */
    char word[MESH_WORD_LEN + 1]; /* MESH_HEARD */
    enum mesh_bound bound;
    enum mesh_result result;
    uint64_t us; /* MESH_RTT; 0 = it could not be measured */
};

/* One line, without its newline. MESH_NONSENSE: it begins with the token, and is none of the above. */
struct mesh_line mesh_line_parse(const char *text, size_t len, const char *token, const char *nonce);

#endif
