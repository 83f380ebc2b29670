/* The measures of names, addresses, clocks and what else is judged by a host's place among the others. */
#ifndef KWIZ_SPELL_REQUIREMENT_BETWEEN_H
#define KWIZ_SPELL_REQUIREMENT_BETWEEN_H

#include "spell/requirement_parts.h"

extern const struct measure_ops measure_hostname;
extern const struct measure_ops measure_unique;
extern const struct measure_ops measure_resolve;
extern const struct measure_ops measure_clock;
extern const struct measure_ops measure_mtu;
extern const struct measure_ops measure_iface;
extern const struct measure_ops measure_ranges;
extern const struct measure_ops measure_dns;
extern const struct measure_ops measure_no_proxy;
extern const struct measure_ops measure_runtime;

/* `key: [QUESTION, ...]`: the keys of questions that a measure reads the answers of. */
void read_questions(const struct yaml_reader *reader, const struct yaml_node *map, const char *key, struct strv *questions);
/* Are these questions of the spell? An error at `key` for each that is not. */
void check_questions(const struct yaml_reader *reader, const struct yaml_node *map, const char *key, const struct spell *spell,
                     const struct strv *questions);
/* The host of an endpoint, as it is answered: HOST, HOST:PORT, [IPv6]:PORT or an IPv6 address. malloc'd. */
char *endpoint_host(const char *text);

#endif
